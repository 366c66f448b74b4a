import { quoteText } from '../../errors.js';
import { registryError } from '../registry-error.js';

/** The name of an image, taken apart. Source: the grammar of distribution/reference, which docker and podman use. */
export interface ImageReference {
  /** Host and port of the registry, such as `docker.io` or `localhost:5000`. */
  readonly domain: string;
  /** The repository within the registry, such as `library/alpine`; at most 255 characters. */
  readonly path: string;
  readonly tag?: string;
  /** `algorithm:hex`. With a tag beside it the digest decides what is meant. */
  readonly digest?: string;
}

export const DEFAULT_DOMAIN = 'docker.io';
const DEFAULT_NAMESPACE = 'library';
const DEFAULT_TAG = 'latest';

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH_TEXT = `${COMPONENT}(?:/${COMPONENT})*`;
const PATH = new RegExp(`^${PATH_TEXT}$`);
const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN_TEXT = `(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const DOMAIN = new RegExp(`^${DOMAIN_TEXT}$`);
const TAG_TEXT = '\\w[\\w.-]{0,127}';
const TAG = new RegExp(`^${TAG_TEXT}$`);
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const KNOWN_DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/**
 * Reads the name of an image as docker does: `alpine` is `docker.io/library/alpine`. A missing tag stays missing; see
 * `withDefaultTag`. Throws `bad-reference`.
 */
export function parseReference(text: string): ImageReference {
  if (/^[a-f0-9]{64}$/.test(text))
    throw bad(text, 'a name of 64 hexadecimal digits would look like the id of an image');
  const [named, digest] = splitOnce(text, '@');
  const { name, tag } = splitTag(named);
  const { domain, path } = splitDomain(name);
  if (!PATH.test(path) || (domain !== DEFAULT_DOMAIN && !DOMAIN.test(domain)))
    throw badName(text, domain, path);
  if (path.length > 255) throw bad(text, 'the repository name has more than 255 characters');
  if (tag !== undefined && !TAG.test(tag)) throw bad(text, `${quoteText(tag)} is no tag`);
  if (digest !== undefined) checkDigest(text, digest);
  return { domain, path, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) };
}

/** Of `formatReference`, without a digest. */
const FULL = new RegExp(`^(${DOMAIN_TEXT})/(${PATH_TEXT}):(${TAG_TEXT})$`);

/** Whether a text is what `formatReference` gives for a name with a tag, so that there is nothing to take apart. */
export function isFullName(text: string): boolean {
  const [, domain = '', path = ''] = FULL.exec(text) ?? [];
  if (path === '' || path.length > 255 || !hasDomain(text)) return false;
  return domain === DEFAULT_DOMAIN ? path.includes('/') : domain !== `index.${DEFAULT_DOMAIN}`;
}

/** The reference with the tag `latest` where it has neither tag nor digest. */
export function withDefaultTag(reference: ImageReference): ImageReference {
  return reference.tag === undefined && reference.digest === undefined
    ? { ...reference, tag: DEFAULT_TAG }
    : reference;
}

/** Whether the text names no registry, so that it is docker.io's or one of those that are searched. */
export function isShortName(text: string): boolean {
  return !hasDomain(splitTag(splitOnce(text, '@')[0]).name);
}

/** The name in full, `docker.io/library/alpine:latest`: what an image is stored under. */
export function formatReference({ domain, path, tag, digest }: ImageReference): string {
  return `${domain}/${path}${suffix(tag, digest)}`;
}

/** The name as docker shows it: `alpine:latest`, `user/app`, `quay.io/app`. */
export function familiarReference({ domain, path, tag, digest }: ImageReference): string {
  return `${familiarName({ domain, path })}${suffix(tag, digest)}`;
}

/** A name in full, with a tag or a digest, as docker shows it. */
export function shortenFullName(name: string): string {
  if (!name.startsWith(`${DEFAULT_DOMAIN}/`)) return name;
  const path = name.slice(DEFAULT_DOMAIN.length + 1);
  const rest = path.slice(DEFAULT_NAMESPACE.length + 1);
  return path.startsWith(`${DEFAULT_NAMESPACE}/`) && !rest.includes('/') ? rest : path;
}

/** Registry and repository as docker shows them, without tag and digest. */
export function familiarName({ domain, path }: Pick<ImageReference, 'domain' | 'path'>): string {
  if (domain !== DEFAULT_DOMAIN) return `${domain}/${path}`;
  const [namespace, name, ...rest] = path.split('/');
  return namespace === DEFAULT_NAMESPACE && rest.length === 0 && name !== undefined ? name : path;
}

function suffix(tag: string | undefined, digest: string | undefined): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** A colon behind the last slash is the tag's; one before it is the port's. */
function splitTag(text: string): { readonly name: string; readonly tag: string | undefined } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  return colon === -1
    ? { name: text, tag: undefined }
    : { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

function splitDomain(name: string): { readonly domain: string; readonly path: string } {
  const slash = name.indexOf('/');
  let [domain, path] = hasDomain(name)
    ? [name.slice(0, slash), name.slice(slash + 1)]
    : [DEFAULT_DOMAIN, name];
  if (domain === `index.${DEFAULT_DOMAIN}`) domain = DEFAULT_DOMAIN;
  if (domain === DEFAULT_DOMAIN && !path.includes('/')) path = `${DEFAULT_NAMESPACE}/${path}`;
  return { domain, path };
}

/** What stands before the first slash is a registry when no repository can be called so. */
function hasDomain(name: string): boolean {
  const slash = name.indexOf('/');
  if (slash === -1) return false;
  const first = name.slice(0, slash);
  return /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

function checkDigest(text: string, digest: string): void {
  if (!DIGEST.test(digest)) throw bad(text, `${quoteText(digest)} is no digest`);
  const algorithm = digest.slice(0, digest.indexOf(':'));
  if (!/^sha(?:256|384|512)$/.test(algorithm)) throw bad(text, `digests by "${algorithm}" are not supported`);
  if (!KNOWN_DIGEST.test(digest))
    throw bad(text, `${quoteText(digest)} has the wrong length for ${algorithm}`);
}

function badName(text: string, domain: string, path: string) {
  const lower = path.toLowerCase();
  if (lower !== path && PATH.test(lower)) return bad(text, `repository name (${path}) must be lowercase`);
  if (path === `${DEFAULT_NAMESPACE}/`) return bad(text, 'there is no repository name');
  if (domain !== DEFAULT_DOMAIN && !DOMAIN.test(domain))
    return bad(text, `${quoteText(domain)} is no registry`);
  return bad(text, `${quoteText(path)} is no repository name`);
}

function bad(text: string, reason: string) {
  return registryError(
    'bad-reference',
    `failed to read the image name ${quoteText(text)}: invalid reference format: ${reason}`,
  );
}
