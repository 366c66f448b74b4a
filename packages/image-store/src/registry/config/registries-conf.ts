import { readdirSync, readFileSync } from 'node:fs';
import { reasonOf } from '@mini/contracts';
import { quoteText } from '../../errors.js';
import { registryError } from '../registry-error.js';
import type { Environment } from './environment.js';

/** Another place that has a registry's images. */
export interface Mirror {
  /** Stands for the registry's `prefix` in a name. */
  readonly location: string;
  /** Plain HTTP and certificates that nobody vouches for are accepted. */
  readonly insecure: boolean;
  readonly pull: 'all' | 'digest-only' | 'tag-only';
}

/** What is said about the images whose names begin with a prefix. */
export interface RegistryEntry {
  /** `host[:port][/path]`, or `*.domain`. */
  readonly prefix: string;
  readonly location: string;
  readonly insecure: boolean;
  readonly blocked: boolean;
  readonly mirrors: readonly Mirror[];
}

/** What the files say together. */
export interface RegistriesConf {
  readonly registries: readonly RegistryEntry[];
  /** Where names without a registry are looked for, in this order; docker.io when there is none. */
  readonly searched: readonly string[];
}

/**
 * Reads registries.conf of containers' tools, version 2, and the files beside it; a later file overrides an earlier one, prefix by prefix.
 * Throws `bad-registry-config`. Source: containers-registries.conf(5).
 */
export async function readRegistriesConf(env: Environment): Promise<RegistriesConf> {
  let searched: readonly string[] = [];
  const registries = new Map<string, RegistryEntry>();
  for (const path of listFiles(env)) {
    const text = readIfThere(path);
    if (text === undefined) continue;
    const file = await parseFile(path, text);
    searched = file.searched ?? searched;
    for (const entry of file.registries) registries.set(entry.prefix, entry);
  }
  return { registries: [...registries.values()], searched };
}

function listFiles({ variables, home }: Environment): string[] {
  const own = `${variables.XDG_CONFIG_HOME || `${home}/.config`}/containers`;
  const one = variables.CONTAINERS_REGISTRIES_CONF;
  const main = one === undefined || one === '' ? firstThere(own) : one;
  const folders = one === undefined || one === '' ? ['/etc/containers', own] : [];
  const extra = variables.CONTAINERS_REGISTRIES_CONF_DIR;
  const directories =
    extra === undefined || extra === '' ? folders.map((each) => `${each}/registries.conf.d`) : [extra];
  return [main, ...directories.flatMap(listConfs)];
}

function firstThere(own: string): string {
  const mine = `${own}/registries.conf`;
  return readIfThere(mine) === undefined ? '/etc/containers/registries.conf' : mine;
}

function listConfs(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.conf'));
    return names.sort().map((name) => `${directory}/${name}`);
  } catch {
    // No such directory: nothing is added.
    return [];
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw badConf(path, reasonOf(error));
  }
}

interface ConfFile {
  readonly registries: readonly RegistryEntry[];
  readonly searched: readonly string[] | undefined;
}

async function parseFile(path: string, text: string): Promise<ConfFile> {
  const { parse } = await import('smol-toml');
  let document: Record<string, unknown>;
  try {
    document = parse(text);
  } catch (error) {
    throw badConf(path, `it is no TOML: ${reasonOf(error).split('\n', 1)[0]}`);
  }
  if (isTable(document.registries))
    throw badConf(path, 'its format is version 1, which is no longer supported');
  const tables = document.registry ?? [];
  if (!Array.isArray(tables)) throw badConf(path, '"registry" is no array of tables');
  const searched = document['unqualified-search-registries'];
  return {
    registries: tables.map((table, index) => parseEntry(path, table, `registry[${index}]`)),
    searched: searched === undefined ? undefined : stringsOf(path, searched, 'unqualified-search-registries'),
  };
}

function parseEntry(path: string, table: unknown, field: string): RegistryEntry {
  if (!isTable(table)) throw badConf(path, `"${field}" is no table`);
  const location = textOf(path, table, 'location', field);
  const prefix = textOf(path, table, 'prefix', field) || location;
  if (prefix === '') throw badConf(path, `"${field}" has neither prefix nor location`);
  if (location === '' && !prefix.startsWith('*.')) throw badConf(path, `"${field}" has no location`);
  const byDigest = flagOf(path, table, 'mirror-by-digest-only', field);
  const mirrors = table.mirror ?? [];
  if (!Array.isArray(mirrors)) throw badConf(path, `"${field}.mirror" is no array of tables`);
  return {
    prefix,
    location,
    insecure: flagOf(path, table, 'insecure', field),
    blocked: flagOf(path, table, 'blocked', field),
    mirrors: mirrors.map((mirror, index) => parseMirror(path, mirror, `${field}.mirror[${index}]`, byDigest)),
  };
}

function parseMirror(path: string, table: unknown, field: string, byDigest: boolean): Mirror {
  if (!isTable(table)) throw badConf(path, `"${field}" is no table`);
  const location = textOf(path, table, 'location', field);
  if (location === '') throw badConf(path, `"${field}" has no location`);
  const pull = textOf(path, table, 'pull-from-mirror', field) || (byDigest ? 'digest-only' : 'all');
  if (pull !== 'all' && pull !== 'digest-only' && pull !== 'tag-only') {
    throw badConf(
      path,
      `"${field}.pull-from-mirror" is ${quoteText(pull)}, not "all", "digest-only" or "tag-only"`,
    );
  }
  return { location, insecure: flagOf(path, table, 'insecure', field), pull };
}

function textOf(path: string, table: Record<string, unknown>, key: string, field: string): string {
  const value = table[key] ?? '';
  if (typeof value !== 'string') throw badConf(path, `"${field}.${key}" is no text`);
  return value.replace(/\/+$/, '');
}

function flagOf(path: string, table: Record<string, unknown>, key: string, field: string): boolean {
  const value = table[key] ?? false;
  if (typeof value !== 'boolean') throw badConf(path, `"${field}.${key}" is neither true nor false`);
  return value;
}

function stringsOf(path: string, value: unknown, field: string): string[] {
  if (!Array.isArray(value) || value.some((each) => typeof each !== 'string')) {
    throw badConf(path, `"${field}" is no array of texts`);
  }
  return value as string[];
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badConf(path: string, reason: string) {
  return registryError('bad-registry-config', `failed to read "${path}": ${reason}`);
}
