import { readFileSync } from 'node:fs';
import { reasonOf } from '@mini/contracts';
import type { Environment } from '../config/environment.js';
import { DEFAULT_DOMAIN } from '../reference/image-reference.js';
import { registryError } from '../registry-error.js';
import type { Credentials } from './credentials.js';

/** What a credentials file says. Source: docker's config.json, containers-auth.json(5). */
export interface AuthFile {
  /** By registry, or registry and repository. */
  readonly auths: ReadonlyMap<string, Credentials>;
  /** Names of helpers by registry. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** The helper for all other registries. */
  readonly credsStore: string | undefined;
}

/** Where credentials are looked for, first to last; `docker` marks docker's own. */
export function listAuthFiles({ variables, home, uid }: Environment): { file: string; docker: boolean }[] {
  const { REGISTRY_AUTH_FILE: only, XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config } = variables;
  if (only) return [{ file: only, docker: false }];
  const inRuntime = runtime ? `${runtime}/containers` : `/run/containers/${uid}`;
  return [
    { file: `${inRuntime}/auth.json`, docker: false },
    { file: `${config || `${home}/.config`}/containers/auth.json`, docker: false },
    { file: `${variables.DOCKER_CONFIG || `${home}/.docker`}/config.json`, docker: true },
  ];
}

/** The document of a file, `undefined` when it is not there. Throws `bad-registry-config`. */
export function readAuthDocument(file: string): Record<string, unknown> | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another user's file says nothing about this one.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return undefined;
    throw badFile(file, reasonOf(error));
  }
  if (text.trim() === '') return {};
  try {
    const document: unknown = JSON.parse(text);
    if (isObject(document)) return document;
  } catch {
    // The parser's message could show a part of the file, and so of a password.
  }
  throw badFile(file, 'it is no JSON object');
}

/** What the file says, `undefined` when it is not there. Throws `bad-registry-config`. */
export function readAuthFile(file: string): AuthFile | undefined {
  const document = readAuthDocument(file);
  if (document === undefined) return undefined;
  const auths = new Map<string, Credentials>();
  for (const [key, entry] of Object.entries(objectOf(file, document, 'auths'))) {
    const credentials = parseEntry(file, key, entry);
    if (credentials !== undefined) auths.set(plainKey(key), credentials);
  }
  const helpers = Object.entries(objectOf(file, document, 'credHelpers'));
  const named = helpers.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const store = document.credsStore;
  return {
    auths,
    credHelpers: new Map(named),
    credsStore: typeof store === 'string' && store !== '' ? store : undefined,
  };
}

/** `https://index.docker.io/v1/` ▶ `docker.io`; `https://host/v1/` ▶ `host`; `host/repository` stays. */
export function plainKey(key: string): string {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/(?:v1|v2)?\/?$/, '');
  return /^(?:index\.docker\.io|registry-1\.docker\.io|docker\.io)$/.test(bare) ? DEFAULT_DOMAIN : bare;
}

function parseEntry(file: string, key: string, entry: unknown): Credentials | undefined {
  if (!isObject(entry)) throw badFile(file, `auths[${JSON.stringify(key)}] is no object`);
  const { auth, username, password, identitytoken, registrytoken } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '')
    return { kind: 'identity-token', token: identitytoken };
  if (typeof registrytoken === 'string' && registrytoken !== '')
    return { kind: 'registry-token', token: registrytoken };
  if (typeof auth === 'string' && auth !== '') {
    // Some writers fill the password up with NUL bytes.
    const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = text.indexOf(':');
    if (colon === -1) throw badFile(file, `auths[${JSON.stringify(key)}].auth holds no colon`);
    return { kind: 'password', username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  if (typeof username === 'string' && typeof password === 'string' && username !== '') {
    return { kind: 'password', username, password };
  }
  // An entry without anything says that a helper has the credentials.
  return undefined;
}

function objectOf(file: string, document: Record<string, unknown>, field: string): Record<string, unknown> {
  const value = document[field] ?? {};
  if (!isObject(value)) throw badFile(file, `"${field}" is no object`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badFile(file: string, reason: string) {
  return registryError('bad-registry-config', `failed to read credentials from "${file}": ${reason}`);
}
