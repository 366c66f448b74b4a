import { findRegistryEndpoint } from '../config/endpoints.js';
import { type Environment, processEnvironment } from '../config/environment.js';
import { readRegistriesConf } from '../config/registries-conf.js';
import { dump } from '../http/transport.js';
import { DEFAULT_DOMAIN, parseReference } from '../reference/image-reference.js';
import { explainingTrouble, RegistryTrouble, registryError } from '../registry-error.js';
import { type RegistryOptions, RegistrySession } from '../registry-session.js';
import { plainKey } from './auth-file.js';
import type { Credentials } from './credentials.js';
import { eraseCredentials, type StoredCredentials, storeCredentials } from './store-credentials.js';

/**
 * The registry that a user means: `https://quay.io/v1/` is `quay.io`, nothing is docker.io. Throws `bad-reference`.
 */
export function parseRegistry(text: string | undefined): string {
  if (text === undefined || text === '') return DEFAULT_DOMAIN;
  const registry = plainKey(text).replace(/\/.*$/, '');
  const isName = /^[^/\s]+$/.test(registry) && parsesAsDomain(registry);
  if (isName) return registry;
  throw registryError(
    'bad-reference',
    `failed to read the registry ${JSON.stringify(text)}: it is no HOST or HOST:PORT`,
  );
}

/** Verifies credentials at the registry and keeps them for later. Throws `RuntimeError` whose sentence names the registry. */
export async function logIn(
  registry: string,
  credentials: Credentials,
  options: Omit<RegistryOptions, 'credentials'> = {},
): Promise<StoredCredentials> {
  const { env = processEnvironment() } = options;
  await explainingTrouble('log in to', registry, () => verify(registry, credentials, { ...options, env }));
  return storeCredentials(registry, credentials, env);
}

/** Forgets a registry's credentials; `false` when there were none. Throws `RuntimeError`. */
export async function logOut(registry: string, env: Environment = processEnvironment()): Promise<boolean> {
  return eraseCredentials(registry, env);
}

async function verify(
  registry: string,
  credentials: Credentials,
  options: RegistryOptions & { env: Environment },
): Promise<void> {
  const endpoint = findRegistryEndpoint(registry, await readRegistriesConf(options.env));
  const session = new RegistrySession(endpoint, { ...options, credentials });
  try {
    await dump(await session.request({ method: 'GET', path: '', scope: '', accepts: [200] }));
  } catch (error) {
    if (!(error instanceof RegistryTrouble) || error.code !== 'denied') throw error;
    const whose =
      credentials.kind === 'password' ? ` of the user ${JSON.stringify(credentials.username)}` : '';
    throw new RegistryTrouble('denied', `the registry refuses the credentials${whose}`);
  } finally {
    await session.close();
  }
}

function parsesAsDomain(registry: string): boolean {
  try {
    const { domain } = parseReference(`${registry}/x`);
    return domain === registry || registry === 'index.docker.io';
  } catch {
    return false;
  }
}
