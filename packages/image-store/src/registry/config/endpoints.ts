import type { ImageReference } from '../reference/image-reference.js';
import { DEFAULT_DOMAIN, formatReference } from '../reference/image-reference.js';
import { RegistryTrouble } from '../registry-error.js';
import type { Mirror, RegistriesConf, RegistryEntry } from './registries-conf.js';

/** A place where a repository can be had. */
export interface Endpoint {
  /** Host and port as names of images and credentials have them, such as `docker.io`. */
  readonly registry: string;
  /** Host and port that are connected to. */
  readonly host: string;
  /** The repository's name there. */
  readonly path: string;
  readonly insecure: boolean;
}

/** The host that serves docker.io's images; it is not called like them. */
const DOCKER_HOST = 'registry-1.docker.io';

/** Where an image is asked for, in this order: its mirrors, then the registry itself. Throws the trouble `blocked`. */
export function listPullEndpoints(reference: ImageReference, conf: RegistriesConf): Endpoint[] {
  const entry = findEntry(reference, conf);
  if (entry === undefined) return [locate(`${reference.domain}/${reference.path}`, false)];
  const mirrors = entry.mirrors.filter(
    ({ pull }) => pull === 'all' || (pull === 'digest-only') === hasDigest(reference),
  );
  return [...mirrors, entry].map((place) => rewrite(reference, entry, place));
}

/** Where an image is pushed to: never a mirror. Throws the trouble `blocked`. */
export function findPushEndpoint(reference: ImageReference, conf: RegistriesConf): Endpoint {
  const entry = findEntry(reference, conf);
  if (entry === undefined) return locate(`${reference.domain}/${reference.path}`, false);
  return rewrite(reference, entry, entry);
}

/** The registry itself, for logging in. */
export function findRegistryEndpoint(registry: string, conf: RegistriesConf): Endpoint {
  const entry = conf.registries.find(({ prefix }) => prefix === registry);
  return locate(`${registry}/`, entry?.insecure ?? false);
}

function hasDigest({ digest }: ImageReference): boolean {
  return digest !== undefined;
}

function findEntry(reference: ImageReference, { registries }: RegistriesConf): RegistryEntry | undefined {
  const name = formatReference(reference);
  let best: RegistryEntry | undefined;
  for (const entry of registries) {
    if (matchesPrefix(name, entry.prefix) && entry.prefix.length > (best?.prefix.length ?? 0)) best = entry;
  }
  if (best?.blocked) {
    throw new RegistryTrouble('blocked', `registries.conf blocks all that is called "${best.prefix}"`);
  }
  return best;
}

function matchesPrefix(name: string, prefix: string): boolean {
  if (prefix.startsWith('*.')) {
    const host = name.slice(0, name.indexOf('/')).replace(/:\d+$/, '');
    return host.endsWith(prefix.slice(1));
  }
  return name.startsWith(prefix) && (name.length === prefix.length || /[/:@]/.test(name[prefix.length]!));
}

function rewrite(
  { domain, path }: ImageReference,
  { prefix }: RegistryEntry,
  { location, insecure }: Pick<Mirror, 'location' | 'insecure'>,
): Endpoint {
  const name = `${domain}/${path}`;
  if (location === '') return locate(name, insecure);
  const rest = prefix.startsWith('*.') ? name.slice(name.indexOf('/')) : name.slice(prefix.length);
  return locate(`${location}${rest}`, insecure);
}

function locate(name: string, insecure: boolean): Endpoint {
  const slash = name.indexOf('/');
  const registry = name.slice(0, slash);
  const host = registry === DEFAULT_DOMAIN ? DOCKER_HOST : registry;
  return { registry, host, path: name.slice(slash + 1), insecure };
}
