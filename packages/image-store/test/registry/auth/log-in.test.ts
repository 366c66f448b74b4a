import test from 'ava';
import { findCredentials } from '../../../src/registry/auth/credentials.js';
import { logIn, logOut, parseRegistry } from '../../../src/registry/auth/log-in.js';
import { emptyEnvironment, QUICK, startRegistry } from '../scene.js';

const ANN = { kind: 'password', username: 'ann', password: 'pw' } as const;

test('registries are read in every usual spelling', (t) => {
  for (const [text, registry] of [
    [undefined, 'docker.io'],
    ['', 'docker.io'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['quay.io', 'quay.io'],
    ['https://quay.io/', 'quay.io'],
    ['quay.io/team', 'quay.io'],
    ['localhost:5000', 'localhost:5000'],
  ] as const) {
    t.is(parseRegistry(text), registry);
  }
  t.is(
    t.throws(() => parseRegistry('a b')).message,
    'failed to read the registry "a b": it is no HOST or HOST:PORT',
  );
});

for (const kind of ['basic', 'bearer'] as const) {
  test(`logging in with ${kind} authentication verifies before it keeps`, async (t) => {
    const registry = await startRegistry(t);
    registry.auth = { kind, username: 'ann', password: 'pw' };
    const env = emptyEnvironment(t);
    await t.throwsAsync(logIn(registry.host, { ...ANN, password: 'no' }, { env, pace: QUICK }), {
      code: 'denied',
      message: `failed to log in to "${registry.host}": the registry refuses the credentials of the user "ann"`,
    });
    t.is(await findCredentials(registry.host, '', env), undefined);
    const { file } = await logIn(registry.host, ANN, { env, pace: QUICK });
    t.is(file, `${env.home}/.docker/config.json`);
    t.deepEqual(await findCredentials(registry.host, '', env), ANN);
    t.true(await logOut(registry.host, env));
    t.false(await logOut(registry.host, env));
  });
}
