import type { Environment } from '../config/environment.js';
import { DEFAULT_DOMAIN } from '../reference/image-reference.js';
import { type AuthFile, listAuthFiles, readAuthFile } from './auth-file.js';
import { askHelper } from './credential-helper.js';

/** How a user is known to a registry. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** A token that is traded for others at the registry's token server. */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A token that is shown to the registry as it is. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** What docker calls docker.io in its files and towards credential helpers. */
export const DOCKER_SERVER = 'https://index.docker.io/v1/';

/** The name of a registry as credential helpers and docker's file have it. */
export function serverName(registry: string): string {
  return registry === DEFAULT_DOMAIN ? DOCKER_SERVER : registry;
}

/**
 * The user's credentials for a repository, from the first file that has some: `REGISTRY_AUTH_FILE` alone when it is set, else
 * containers' auth.json, then docker's config.json. In a file a helper for the registry comes first, then what is written
 * for it, then the helper for all. Throws `bad-registry-config`.
 */
export async function findCredentials(
  registry: string,
  path: string,
  env: Environment,
): Promise<Credentials | undefined> {
  for (const { file } of listAuthFiles(env)) {
    const content = readAuthFile(file);
    if (content === undefined) continue;
    const found = await findInFile(content, registry, path, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function findInFile(
  file: AuthFile,
  registry: string,
  path: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const helper = file.credHelpers.get(registry) ?? file.credHelpers.get(serverName(registry));
  if (helper !== undefined) return askHelper(helper, serverName(registry), env);
  for (const key of listKeys(registry, path)) {
    const found = file.auths.get(key);
    if (found !== undefined) return found;
  }
  return file.credsStore === undefined ? undefined : askHelper(file.credsStore, serverName(registry), env);
}

/** From the repository up to the registry: auth.json can name any of them. */
function listKeys(registry: string, path: string): string[] {
  const parts = path === '' ? [] : path.split('/');
  const keys = parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
  return [...keys, registry];
}
