import { mkdirSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import type { Credentials } from '../../src/registry/auth/credentials.js';
import { RegistryTrouble } from '../../src/registry/registry-error.js';
import { RegistrySession } from '../../src/registry/registry-session.js';
import { type Auth, type FakeRegistry, send } from './fake-registry.js';
import { emptyEnvironment, openRepository, QUICK, startRegistry } from './scene.js';

const USER: Credentials = { kind: 'password', username: 'ann', password: 'a:b' };
const HELLO = Buffer.from('hello');

async function scene(t: ExecutionContext, auth: Auth, credentials?: Credentials) {
  const registry = await startRegistry(t);
  registry.auth = auth;
  const digest = registry.addBlob(HELLO);
  const repository = openRepository(t, registry, credentials === undefined ? {} : { credentials });
  return { registry, repository, digest };
}

async function troubleOf(t: ExecutionContext, act: Promise<unknown>): Promise<RegistryTrouble> {
  const error = await t.throwsAsync(act, { instanceOf: RegistryTrouble });
  return error as RegistryTrouble;
}

const tokensAsked = ({ log }: FakeRegistry) => log.filter((line) => line.includes('/token')).length;

test('a registry that wants nothing is shown nothing', async (t) => {
  const { registry, repository, digest } = await scene(t, { kind: 'none' }, USER);
  t.true(await repository.hasBlob(digest));
  t.false(await repository.hasBlob(`sha256:${'0'.repeat(64)}`));
  t.true(registry.seen.every(({ headers }) => headers.authorization === undefined));
});

test('a token is had without a user, once for all that is asked at a time', async (t) => {
  const { registry, repository, digest } = await scene(t, { kind: 'bearer' });
  t.true(await repository.hasBlob(digest));
  await Promise.all([1, 2, 3, 4].map(() => repository.hasBlob(digest)));
  t.is(tokensAsked(registry), 1);
  t.true(registry.log.includes('GET /token?service=fake&scope=repository%3Aapp%3Apull'));
});

test('a user has the token given to that user', async (t) => {
  const { registry, repository, digest } = await scene(
    t,
    { kind: 'bearer', username: 'ann', password: 'a:b' },
    USER,
  );
  t.true(await repository.hasBlob(digest));
  t.true(registry.log.some((line) => line.startsWith('GET /token?account=ann&')));
});

test('an identity token is traded for one of the registry', async (t) => {
  const auth = { kind: 'bearer', username: 'ann', password: 'secret' } as const;
  const { registry, repository, digest } = await scene(t, auth, { kind: 'identity-token', token: 'secret' });
  t.true(await repository.hasBlob(digest));
  t.true(registry.log.includes('POST /token'));
});

test('a token that is no longer good is replaced', async (t) => {
  const { registry, repository, digest } = await scene(t, { kind: 'bearer' });
  await repository.hasBlob(digest);
  registry.withdrawTokens();
  t.true(await repository.hasBlob(digest));
  t.is(tokensAsked(registry), 2);
});

test('a registry that likes no token is given up', async (t) => {
  const { registry, repository, digest } = await scene(t, { kind: 'bearer' });
  registry.faults.push(() => {
    registry.withdrawTokens();
    return false;
  });
  const trouble = await troubleOf(t, repository.hasBlob(digest));
  t.is(trouble.code, 'denied');
  t.is(tokensAsked(registry), 2);
});

test('basic authentication, and its refusal', async (t) => {
  const auth = { kind: 'basic', username: 'ann', password: 'a:b' } as const;
  const { repository, digest } = await scene(t, auth, USER);
  t.true(await repository.hasBlob(digest));
  const { repository: wrong, registry } = await scene(t, auth, { ...USER, password: 'no' } as Credentials);
  const trouble = await troubleOf(t, wrong.fetchManifest('latest'));
  t.is(
    trouble.message,
    'access denied, the repository does not exist or needs a login: authentication required',
  );
  t.is(trouble.hint, `log in with: mini login ${registry.host}`);
});

test('who has no credentials is told how to log in', async (t) => {
  for (const auth of [
    { kind: 'basic', username: 'ann', password: 'x' },
    { kind: 'bearer', username: 'ann', password: 'x' },
  ] as const) {
    const { registry, repository } = await scene(t, auth);
    const { code, message, hint } = await troubleOf(t, repository.fetchManifest('latest'));
    t.is(code, 'denied');
    t.regex(message, /^access denied, the repository does not exist or needs a login/);
    t.is(hint, `log in with: mini login ${registry.host}`);
  }
});

test('wrong credentials name their user, and never the password', async (t) => {
  const { registry, repository } = await scene(
    t,
    { kind: 'bearer', username: 'ann', password: 'right' },
    USER,
  );
  const { message } = await troubleOf(t, repository.fetchManifest('latest'));
  t.is(message, `"${registry.host}" refuses the credentials of the user "ann"`);
});

test('credentials come from the files', async (t) => {
  const { registry, digest } = await scene(t, { kind: 'basic', username: 'ann', password: 'a:b' });
  const env = emptyEnvironment(t);
  mkdirSync(`${env.home}/.docker`);
  const auth = Buffer.from('ann:a:b').toString('base64');
  writeFileSync(`${env.home}/.docker/config.json`, JSON.stringify({ auths: { [registry.host]: { auth } } }));
  t.true(await openRepository(t, registry, { env }).hasBlob(digest));
});

test('credentials do not follow a redirect to another host', async (t) => {
  const elsewhere = await startRegistry(t);
  const { registry, repository, digest } = await scene(
    t,
    { kind: 'basic', username: 'ann', password: 'a:b' },
    USER,
  );
  elsewhere.addBlob(HELLO);
  registry.faults.push((request, response) => {
    if (request.headers.authorization === undefined || !request.url!.includes('/blobs/')) return false;
    response.setHeader('location', `http://${elsewhere.host}${request.url}`);
    send(response, 307, '');
    return true;
  });
  t.true(await repository.hasBlob(digest));
  t.deepEqual(
    elsewhere.seen.map(({ headers }) => headers.authorization),
    [undefined],
  );
});

test('redirects come to an end, and lead to web addresses', async (t) => {
  for (const [location, message] of [
    ['/v2/app/blobs/x', /^"127.0.0.1:\d+" redirects without end$/],
    ['ftp://host/x', /redirects to "ftp:\/\/host", which is not secured$/],
    ['http://[', /redirects to what is no address$/],
  ] as const) {
    const { registry, repository, digest } = await scene(t, { kind: 'none' });
    registry.faults.push((request, response) => {
      response.setHeader('location', location);
      if (request.url!.includes('/blobs/')) send(response, 302, '');
      return request.url!.includes('/blobs/');
    });
    t.regex((await troubleOf(t, repository.hasBlob(digest))).message, message);
  }
});

test('what is busy is asked again, and named in the end', async (t) => {
  const { registry, repository } = await scene(t, { kind: 'none' });
  const statuses = [429, 500, 502];
  registry.faults.push((request, response) => {
    if (request.url!.includes('/manifests/')) send(response, statuses.shift() ?? 404, '');
    return request.url!.includes('/manifests/');
  });
  t.is(
    (await troubleOf(t, repository.fetchManifest('x'))).message,
    `"${registry.host}" failed: HTTP status 502`,
  );
  t.is((await troubleOf(t, repository.fetchManifest('x'))).code, 'no-such-image');
  t.is(registry.log.filter((line) => line.includes('/manifests/')).length, 4);
});

test('where nothing listens is said at once', async (t) => {
  const registry = await startRegistry(t);
  const { host } = registry;
  registry.close();
  const endpoint = { registry: host, host, path: 'app', insecure: false };
  const session = new RegistrySession(endpoint, {
    env: emptyEnvironment(t),
    pace: { ...QUICK, firstWaitMs: 60_000 },
  });
  const request = { method: 'GET', path: 'x', scope: '', accepts: [200] } as const;
  const { message } = await troubleOf(t, session.request(request));
  t.is(message, `"${host}" cannot be reached: ECONNREFUSED connection refused`);
});

test('a registry that must be secure is not asked in the clear', async (t) => {
  const registry = await startRegistry(t);
  const repository = openRepository(t, registry, { verifyTls: true });
  const { message } = await troubleOf(t, repository.fetchManifest('latest'));
  t.is(message, `"${registry.host}" does not speak TLS as it should`);
  t.is(registry.seen.length, 0);
});
