import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '@mini/state-store';
import type { Environment } from '../config/environment.js';
import { listAuthFiles, plainKey, readAuthDocument, readAuthFile } from './auth-file.js';
import { eraseWithHelper, storeWithHelper } from './credential-helper.js';
import { type Credentials, serverName } from './credentials.js';

/** Where credentials went: a file that anybody can read who can read the user's files, or a helper. */
export interface StoredCredentials {
  readonly file: string;
  readonly helper?: string;
}

/**
 * Keeps credentials where they are found first: in the file that has some of this registry, else in docker's, with the helper
 * that the file names. Throws `bad-registry-config`, `state-io`.
 */
export async function storeCredentials(
  registry: string,
  credentials: Credentials,
  env: Environment,
): Promise<StoredCredentials> {
  const files = listAuthFiles(env);
  const { file, docker } = files.find((each) => holds(each.file, registry)) ?? files.at(-1)!;
  const content = readAuthFile(file);
  const server = serverName(registry);
  const helper =
    content?.credHelpers.get(registry) ?? content?.credHelpers.get(server) ?? content?.credsStore;
  const key = docker ? server : registry;
  if (helper !== undefined) await storeWithHelper(helper, server, credentials, env);
  changeAuths(file, (auths) => {
    dropKeys(auths, registry);
    auths[key] = helper === undefined ? describe(credentials) : {};
  });
  return helper === undefined ? { file } : { file, helper };
}

/** Forgets a registry's credentials in all files; `false` when there were none. Throws `bad-registry-config`. */
export async function eraseCredentials(registry: string, env: Environment): Promise<boolean> {
  let had = false;
  for (const { file } of listAuthFiles(env)) {
    const content = readAuthFile(file);
    if (content === undefined) continue;
    const server = serverName(registry);
    const helper = content.credHelpers.get(registry) ?? content.credHelpers.get(server) ?? content.credsStore;
    if (!holds(file, registry) && content.credHelpers.get(registry) === undefined) continue;
    had = true;
    if (helper !== undefined) await eraseWithHelper(helper, server, env);
    if (holds(file, registry)) changeAuths(file, (auths) => dropKeys(auths, registry));
  }
  return had;
}

function holds(file: string, registry: string): boolean {
  const { auths } = readAuthDocument(file) ?? {};
  return Object.keys((auths as object | undefined) ?? {}).some((key) => plainKey(key) === registry);
}

function dropKeys(auths: Record<string, unknown>, registry: string): void {
  for (const key of Object.keys(auths)) if (plainKey(key) === registry) delete auths[key];
}

function describe(credentials: Credentials): Record<string, string> {
  if (credentials.kind === 'identity-token') return { identitytoken: credentials.token };
  if (credentials.kind === 'registry-token') return { registrytoken: credentials.token };
  const { username, password } = credentials;
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}

/** All else in the file stays. A reader sees the old file or the new one, and nobody else can read either. */
function changeAuths(file: string, change: (auths: Record<string, unknown>) => void): void {
  const document = readAuthDocument(file) ?? {};
  const auths = { ...(document.auths as Record<string, unknown> | undefined) };
  change(auths);
  // A link stays one: some keep their settings in a repository.
  const target = existsSync(file) ? realpathSync(file) : file;
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  replaceFile(target, `${JSON.stringify({ ...document, auths }, null, '\t')}\n`);
}
