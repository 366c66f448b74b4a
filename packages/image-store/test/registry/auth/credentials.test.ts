import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Credentials, findCredentials } from '../../../src/registry/auth/credentials.js';
import { eraseCredentials, storeCredentials } from '../../../src/registry/auth/store-credentials.js';
import type { Environment } from '../../../src/registry/config/environment.js';
import { emptyEnvironment } from '../scene.js';

const password = (username: string, secret = 'pw'): Credentials => ({
  kind: 'password',
  username,
  password: secret,
});
const entry = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

function put(path: string, document: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
}

const dockerFile = ({ home }: Environment) => `${home}/.docker/config.json`;
const runtimeFile = ({ home }: Environment) => `${home}/run/containers/auth.json`;

/** A credential helper that keeps one file for each server, and writes down how it was called. */
function addHelper(t: ExecutionContext): Environment {
  const env = emptyEnvironment(t);
  const helper = `${env.home}/docker-credential-fake`;
  writeFileSync(
    helper,
    `#!/bin/sh
read -r line; echo "$1 $line" >>${env.home}/calls
case $1 in
  store) echo "$line" >${env.home}/kept ;;
  erase) rm -f ${env.home}/kept ;;
  get) [ -e ${env.home}/kept ] || { echo credentials not found in native keychain; exit 1; }; cat ${env.home}/kept ;;
esac
`,
  );
  chmodSync(helper, 0o755);
  return { ...env, variables: { ...env.variables, PATH: `${env.home}:/usr/bin:/bin` } };
}

test('without files there are none', async (t) => {
  t.is(await findCredentials('docker.io', 'library/alpine', emptyEnvironment(t)), undefined);
});

const DOCUMENTS: readonly [auths: object, registry: string, path: string, found: Credentials | undefined][] =
  [
    [{ 'quay.io': entry('ann:a:b') }, 'quay.io', 'x', password('ann', 'a:b')],
    [{ 'https://quay.io/v1/': entry('ann:pw') }, 'quay.io', 'x', password('ann')],
    [{ 'https://index.docker.io/v1/': entry('ann:pw') }, 'docker.io', 'library/x', password('ann')],
    [{ 'docker.io': entry('ann:pw') }, 'docker.io', 'library/x', password('ann')],
    [{ 'quay.io': entry('ann:pw'), 'quay.io/team': entry('bob:pw') }, 'quay.io', 'team/app', password('bob')],
    [
      { 'quay.io': entry('ann:pw'), 'quay.io/team': entry('bob:pw') },
      'quay.io',
      'teams/app',
      password('ann'),
    ],
    [{ 'quay.io': { username: 'ann', password: 'pw' } }, 'quay.io', 'x', password('ann')],
    [{ 'quay.io': entry('ann:pw\0\0') }, 'quay.io', 'x', password('ann')],
    [{ 'quay.io': { identitytoken: 'id' } }, 'quay.io', 'x', { kind: 'identity-token', token: 'id' }],
    [{ 'quay.io': { registrytoken: 'rt' } }, 'quay.io', 'x', { kind: 'registry-token', token: 'rt' }],
    [{ 'quay.io': {} }, 'quay.io', 'x', undefined],
    [{ 'quay.io': entry('ann:pw') }, 'quay.io:8443', 'x', undefined],
  ];

test('a registry is found by any of its names', async (t) => {
  for (const [auths, registry, path, found] of DOCUMENTS) {
    const env = emptyEnvironment(t);
    put(dockerFile(env), { auths });
    t.deepEqual(await findCredentials(registry, path, env), found, JSON.stringify(auths));
  }
});

test('the files are looked at in their order', async (t) => {
  const env = emptyEnvironment(t);
  const other = `${env.home}/other.json`;
  put(dockerFile(env), { auths: { 'quay.io': entry('docker:pw'), 'ghcr.io': entry('docker:pw') } });
  put(runtimeFile(env), { auths: { 'quay.io': entry('podman:pw') } });
  put(other, { auths: { 'quay.io': entry('other:pw') } });
  t.deepEqual(await findCredentials('quay.io', 'x', env), password('podman'));
  t.deepEqual(await findCredentials('ghcr.io', 'x', env), password('docker'));
  const only = { ...env, variables: { ...env.variables, REGISTRY_AUTH_FILE: other } };
  t.deepEqual(await findCredentials('quay.io', 'x', only), password('other'));
  t.is(await findCredentials('ghcr.io', 'x', only), undefined);
});

test('a helper is asked, for one registry or for all', async (t) => {
  const env = addHelper(t);
  put(`${env.home}/kept`, { Username: 'ann', Secret: 'pw' });
  put(dockerFile(env), { credHelpers: { 'quay.io': 'fake' } });
  t.deepEqual(await findCredentials('quay.io', 'x', env), password('ann'));
  t.is(await findCredentials('docker.io', 'x', env), undefined);
  put(`${env.home}/kept`, { Username: '<token>', Secret: 'id' });
  put(dockerFile(env), { credsStore: 'fake' });
  t.deepEqual(await findCredentials('docker.io', 'x', env), { kind: 'identity-token', token: 'id' });
  t.is(readFileSync(`${env.home}/calls`, 'utf8'), 'get quay.io\nget https://index.docker.io/v1/\n');
});

test('a helper that has nothing is no error, one that fails is', async (t) => {
  const env = addHelper(t);
  put(dockerFile(env), { credsStore: 'fake' });
  t.is(await findCredentials('quay.io', 'x', env), undefined);
  for (const [text, reason] of [
    ['not JSON', 'its answer is no JSON object with Username and Secret'],
    ['{"Username":"x"}', 'its answer is no JSON object with Username and Secret'],
  ] as const) {
    put(`${env.home}/kept`, text);
    const message = `failed to run credential helper "docker-credential-fake" (get): ${reason}`;
    await t.throwsAsync(findCredentials('quay.io', 'x', env), { message });
  }
  put(dockerFile(env), { credsStore: 'missing' });
  await t.throwsAsync(findCredentials('quay.io', 'x', env), {
    message: 'failed to run credential helper "docker-credential-missing" (get): it is not in PATH',
  });
  put(dockerFile(env), { credsStore: '../evil' });
  await t.throwsAsync(findCredentials('quay.io', 'x', env), {
    message:
      'failed to run credential helper "docker-credential-../evil" (get): its name has characters that a helper cannot have',
  });
});

test('credentials are kept in the file of docker, for its owner alone, and all else in it stays', async (t) => {
  const env = emptyEnvironment(t);
  put(dockerFile(env), {
    psFormat: 'x',
    auths: { 'ghcr.io': entry('bob:pw'), 'https://quay.io': entry('old:pw') },
  });
  chmodSync(dockerFile(env), 0o644);
  t.deepEqual(await storeCredentials('quay.io', password('ann'), env), { file: dockerFile(env) });
  await storeCredentials('docker.io', password('ann'), env);
  t.deepEqual(JSON.parse(readFileSync(dockerFile(env), 'utf8')), {
    psFormat: 'x',
    auths: {
      'ghcr.io': entry('bob:pw'),
      'quay.io': entry('ann:pw'),
      'https://index.docker.io/v1/': entry('ann:pw'),
    },
  });
  t.is(statSync(dockerFile(env)).mode & 0o777, 0o600);
  t.true(await eraseCredentials('quay.io', env));
  t.is(await findCredentials('quay.io', 'x', env), undefined);
  t.false(await eraseCredentials('quay.io', env));
});

test('credentials are replaced where they would be found', async (t) => {
  const env = emptyEnvironment(t);
  put(runtimeFile(env), { auths: { 'quay.io': entry('old:pw') } });
  t.deepEqual(await storeCredentials('quay.io', password('ann'), env), { file: runtimeFile(env) });
  t.false(existsSync(dockerFile(env)));
  t.deepEqual(await findCredentials('quay.io', 'x', env), password('ann'));
});

test('a helper keeps what it is to keep, and the file holds no secret', async (t) => {
  const env = addHelper(t);
  put(dockerFile(env), { credsStore: 'fake' });
  t.deepEqual(await storeCredentials('quay.io', password('ann'), env), {
    file: dockerFile(env),
    helper: 'fake',
  });
  t.deepEqual(JSON.parse(readFileSync(dockerFile(env), 'utf8')), {
    credsStore: 'fake',
    auths: { 'quay.io': {} },
  });
  t.deepEqual(await findCredentials('quay.io', 'x', env), password('ann'));
  t.true(await eraseCredentials('quay.io', env));
  t.false(existsSync(`${env.home}/kept`));
});

test('a file that breaks the format is named, and nothing of it is shown', async (t) => {
  for (const [text, reason] of [
    ['{"auths": {"x": {"auth": "c2VjcmV0"', 'it is no JSON object'],
    ['[]', 'it is no JSON object'],
    ['{"auths": []}', '"auths" is no object'],
    ['{"auths": {"x": 1}}', 'auths["x"] is no object'],
    ['{"auths": {"x": {"auth": "c2VjcmV0"}}}', 'auths["x"].auth holds no colon'],
    ['{"credHelpers": 1}', '"credHelpers" is no object'],
  ] as const) {
    const env = emptyEnvironment(t);
    put(dockerFile(env), text);
    await t.throwsAsync(findCredentials('quay.io', 'x', env), {
      code: 'bad-registry-config',
      message: `failed to read credentials from "${dockerFile(env)}": ${reason}`,
    });
  }
});
