import test from 'ava';
import { startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { childrenOf } from '../support/processes.js';
import { waitUntil } from '../support/wait.js';

const ask = async (name: string, format: string) =>
  (await mini(['inspect', '-f', format, name])).stdout.trim();

const becomes = (name: string, wanted: string) =>
  waitUntil(`${name} to be ${wanted}`, async () => (await ask(name, '{{.State.Health.Status}}')) === wanted);

const FAST = ['--health-interval', '100ms', '--health-retries', '2'];

test('a container becomes unhealthy by failures in a row, and healthy by one success', async (t) => {
  const look = 'echo looked as $(id -u) with $KIND; echo aside >&2; test -e /tmp/ok';
  const flags = ['--tmpfs', '/tmp', '-u', '7', '-e', 'KIND=env', '--health-cmd', look, ...FAST];
  const { name, id } = await startDetached(t, 'sleep 1000', flags);
  await becomes(name, 'unhealthy');
  const log = JSON.parse(await ask(name, '{{json .State.Health.Log}}'));
  t.like(log.at(-1), { ExitCode: 1, Output: 'looked as 7 with env\naside\n' });
  t.true(Number(await ask(name, '{{.State.Health.FailingStreak}}')) >= 2);
  const filter = async (health: string) =>
    succeed(t, 'ps', '-q', '--no-trunc', '-f', `name=${name}`, '-f', `health=${health}`);
  t.deepEqual([await filter('unhealthy'), await filter('healthy')], [`${id}\n`, '']);
  await succeed(t, 'exec', name, 'touch', '/tmp/ok');
  await becomes(name, 'healthy');
  t.is(await ask(name, '{{.State.Health.FailingStreak}}'), '0');
  t.regex(await succeed(t, 'ps', '--format', '{{.Status}}', '-f', `id=${id}`), /^Up .* \(healthy\)\n$/);
  await waitUntil('five looks', async () => (await ask(name, '{{len .State.Health.Log}}')) === '5');
});

test('a look that takes too long is cut off, with all it has started', async (t) => {
  const look = 'echo before; sleep 777 & sleep 778';
  const { name } = await startDetached(t, 'sleep 1000', [
    '--health-cmd',
    look,
    '--health-timeout',
    // Long enough for its first words.
    '2s',
    ...FAST,
  ]);
  await becomes(name, 'unhealthy');
  const [last] = JSON.parse(await ask(name, '{{json .State.Health.Log}}'));
  t.like(last, { ExitCode: -1, Output: 'before\n' });
});

test('failures in the start period do not count', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000', [
    '--health-cmd',
    'exit 1',
    '--health-start-period',
    '1h',
    '--health-start-interval',
    '50ms',
    ...FAST,
  ]);
  await waitUntil('three looks', async () => Number(await ask(name, '{{len .State.Health.Log}}')) > 3);
  t.is(await ask(name, '{{.State.Health.Status}} {{.State.Health.FailingStreak}}'), 'starting 0');
});

test('a look that writes a lot does not stand still', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000', ['--health-cmd', 'yes | head -c 300000', ...FAST]);
  await becomes(name, 'healthy');
  const [look] = JSON.parse(await ask(name, '{{json .State.Health.Log}}'));
  t.is(look.Output.length, 4096);
});

test('nobody looks while the container is paused', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000', ['--health-cmd', 'true', ...FAST]);
  await becomes(name, 'healthy');
  await succeed(t, 'pause', name);
  const monitor = Number(await ask(name, '{{.State.ConmonPid}}'));
  await waitUntil('the last look to end', () => Promise.resolve(childrenOf(monitor).length <= 2));
  t.is(await ask(name, '{{.State.Health.Status}}'), 'healthy');
  await succeed(t, 'unpause', name);
  t.is(await ask(name, '{{.State.Health.Status}}'), 'healthy');
});

test('a command that is not there fails each look', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000', ['--health-cmd', '/no/such/program', ...FAST]);
  await becomes(name, 'unhealthy');
  const [look] = JSON.parse(await ask(name, '{{json .State.Health.Log}}'));
  t.is(look.ExitCode, 127);
});

test('the check is shown, and absent where there is none', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000', ['--health-cmd', 'true', '--health-retries', '7']);
  t.deepEqual(JSON.parse(await ask(name, '{{json .Config.Healthcheck}}')), {
    Test: ['CMD-SHELL', 'true'],
    Interval: 30_000_000_000,
    Timeout: 30_000_000_000,
    Retries: 7,
    StartPeriod: 0,
    StartInterval: 5_000_000_000,
  });
  const none = await startDetached(t, 'sleep 1000', ['--no-healthcheck']);
  t.false('Health' in JSON.parse(await ask(none.name, '{{json .State}}')));
});
