import { readdirSync, readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { reasonOf } from '@mini/contracts';
import { registryError } from '../registry-error.js';
import type { Environment } from './environment.js';

/** What a connection to a registry is secured with. */
export interface Certificates {
  /** PEM texts of authorities to trust for this registry, beside the machine's. */
  readonly authorities: readonly string[];
  /** PEM texts of what to show the registry. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** Where distributions keep all authorities in one file. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Reads `*.crt` (authorities), `*.cert` and `*.key` (client) of the registry's directories under certs.d.
 * `host` is host and port. Throws `bad-registry-config`. Source: containers-certs.d(5).
 */
export function readCertificates(host: string, env: Environment): Certificates {
  const authorities: string[] = [];
  let client: Certificates['client'];
  for (const directory of env.certificateDirectories.map((each) => `${each}/${host}`)) {
    for (const name of listNames(directory)) {
      if (name.endsWith('.crt')) authorities.push(readPem(`${directory}/${name}`));
      if (!name.endsWith('.cert')) continue;
      const base = `${directory}/${name.slice(0, -'.cert'.length)}`;
      client ??= { certificate: readPem(`${base}.cert`), key: readPem(`${base}.key`) };
    }
  }
  return { authorities, ...(client === undefined ? {} : { client }) };
}

/** PEM texts of those whom this machine trusts: the distribution's, or else Node's, and what `NODE_EXTRA_CA_CERTS` names. */
export function readMachineAuthorities({ variables }: Environment): string[] {
  const extra = readOptional(variables.NODE_EXTRA_CA_CERTS);
  for (const path of [variables.SSL_CERT_FILE, ...BUNDLES]) {
    const bundle = readOptional(path);
    if (bundle !== undefined) return extra === undefined ? [bundle] : [bundle, extra];
  }
  return extra === undefined ? [...rootCertificates] : [...rootCertificates, extra];
}

function listNames(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    // Most registries have no directory.
    return [];
  }
}

function readOptional(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw registryError('bad-registry-config', `failed to read "${path}": ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
