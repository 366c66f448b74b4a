import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execaSync } from 'execa';
import { startDaemon, whyNoProgram } from './daemon.js';
import { freshDirectory } from './roots.js';
import { ISSUER, SERVICE, type TokenServer } from './token-server.js';

/** Why a registry and those who fill it cannot be had here; `undefined` when they can. */
export const whyNoRegistry = whyNoProgram(
  'docker-registry',
  'skopeo',
  'buildah',
  'podman',
  'htpasswd',
  'openssl',
);

export interface RegistrySettings {
  readonly user?: { readonly name: string; readonly password: string };
  readonly tls?: boolean;
  /** Over TLS: only who has a certificate of the registry's own authority may ask. */
  readonly asksClients?: boolean;
  /** Who gives tokens for it. */
  readonly tokens?: TokenServer;
}

/** Debian's docker-registry on this machine's loopback. */
export interface Registry {
  /** Host and port. */
  readonly host: string;
  /** The certificate of the authority that signed its own. */
  readonly authority: string;
  /** A certificate of a client, and its key. */
  readonly client: { readonly certificate: string; readonly key: string };
}

/** Starts a registry of the test's own; it ends with the test. */
export async function startRegistry(t: ExecutionContext, settings: RegistrySettings = {}): Promise<Registry> {
  const directory = freshDirectory('registry');
  const port = await findPort();
  const configuration = join(directory, 'config.json');
  // JSON is YAML too.
  writeFileSync(configuration, JSON.stringify(configure(directory, port, settings)));
  const command = ['docker-registry', 'serve', configuration];
  const { stop } = await startDaemon(directory, command, () => isListening(port));
  t.teardown(stop);
  const client = { certificate: join(directory, 'client.crt'), key: join(directory, 'client.key') };
  return { host: `127.0.0.1:${port}`, authority: join(directory, 'ca.crt'), client };
}

function configure(
  directory: string,
  port: number,
  { user, tls = false, asksClients = false, tokens }: RegistrySettings,
): object {
  if (user !== undefined) {
    const { stdout } = execaSync('htpasswd', ['-Bbn', user.name, user.password]);
    writeFileSync(join(directory, 'htpasswd'), `${stdout}\n`);
  }
  if (tls) makeCertificates(directory);
  const certificate = {
    certificate: join(directory, 'server.crt'),
    key: join(directory, 'server.key'),
    ...(asksClients ? { clientcas: [join(directory, 'ca.crt')] } : {}),
  };
  return {
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: `127.0.0.1:${port}`, secret: 'of no use', ...(tls ? { tls: certificate } : {}) },
    ...(user === undefined
      ? {}
      : { auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } } }),
    ...(tokens === undefined ? {} : { auth: { token: describeTokens(tokens) } }),
  };
}

function describeTokens({ realm, certificate }: TokenServer): object {
  return { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate };
}

/** An authority, a certificate of 127.0.0.1 and registry.test that it signed, and one of a client. */
function makeCertificates(directory: string): void {
  const openssl = (...words: string[]) => execaSync('openssl', words, { cwd: directory });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
    '-days',
    '30',
    '-subj',
    '/CN=test authority',
  );
  writeFileSync(join(directory, 'extensions'), 'subjectAltName=IP:127.0.0.1,DNS:registry.test\n');
  const signing = [
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '30',
    '-extfile',
    'extensions',
  ];
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.crt`);
  }
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return address.port;
}

function isListening(port: number): boolean {
  const probe = ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`];
  return execaSync('bash', probe, { reject: false }).exitCode === 0;
}

/** A home directory without credentials and settings, as an environment. */
export function freshHome(): { readonly home: string; readonly env: Record<string, string> } {
  const home = freshDirectory('home');
  const configuration = join(home, 'registries.conf');
  writeFileSync(configuration, '');
  mkdirSync(join(home, 'run'));
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run'), XDG_CONFIG_HOME: join(home, '.config') };
  return { home, env: { ...env, CONTAINERS_REGISTRIES_CONF: configuration } };
}
