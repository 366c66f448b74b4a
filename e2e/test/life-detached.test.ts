import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

test('run -d prints the full id and goes; the container runs on, without a client', async (t) => {
  const { id, name } = await startDetached(t, 'sleep 100');
  t.regex(id, /^[0-9a-f]{64}$/);
  const pid = Number(await succeed(t, 'inspect', '-f', '{{.State.Pid}}', name));
  t.true(isAlive(pid));
  t.is(await succeed(t, 'ps', '--format', '{{.Names}} {{.State}}', '-f', `id=${id}`), `${name} running\n`);
});

test('a command that cannot be run is known before run -d returns, and nothing is left', async (t) => {
  const before = takeSnapshot();
  const result = await mini(['run', '-d', '--rootfs', busyboxRoot(), 'nope']);
  t.is(result.exitCode, 127);
  t.is(result.stdout, '');
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('wait prints the exit code, of one that has ended too', async (t) => {
  const { name } = await startDetached(t, 'sleep 0.2; exit 7');
  t.is(await succeed(t, 'wait', name), '7\n');
  t.is(await succeed(t, 'wait', name, name), '7\n7\n');
  t.regex(
    await succeed(t, 'ps', '-a', '--format', '{{.Status}}', '-f', `name=${name}`),
    /^Exited \(7\) .* ago\n$/,
  );
  t.deepEqual(
    await mini(['wait', 'e2e-gone']),
    failure('failed to find container "e2e-gone": no such container'),
  );
});

test('stop asks with the signal of the container, and kills when that does not help', async (t) => {
  const polite = await startDetached(t, 'trap "exit 5" USR1; while :; do sleep 0.05; done', [
    '--stop-signal',
    'USR1',
  ]);
  const deaf = await startDetached(t, 'trap "" TERM; while :; do sleep 0.05; done');
  t.is(await succeed(t, 'stop', '-t', '5', polite.name, deaf.name), `${polite.name}\n${deaf.name}\n`);
  t.is(await succeed(t, 'wait', polite.name, deaf.name), '5\n137\n');
  // One that has ended is as it should be.
  t.is(await succeed(t, 'stop', polite.name), `${polite.name}\n`);
});

test('kill sends what it is told', async (t) => {
  const { name } = await startDetached(t, 'trap "exit 9" HUP; echo ready; while :; do sleep 0.05; done');
  await waitFor('the trap', () => logOf(name).includes('ready'));
  t.is(await succeed(t, 'kill', '-s', 'SIGHUP', name), `${name}\n`);
  t.is(await succeed(t, 'wait', name), '9\n');
  t.deepEqual(await mini(['kill', name]), failure(`failed to kill container "${name}": it is not running`));
  t.deepEqual(
    await mini(['kill', '-s', 'NOPE', name]),
    failure('failed to parse --signal "NOPE": there is no such signal'),
  );
});

function logOf(name: string): string {
  const directory = `/var/lib/mini/names/${name}/log`;
  return existsSync(directory) ? readFileSync(directory, 'latin1') : '';
}

test('rm refuses what runs unless forced, names what it removed, and is silent about what is not there', async (t) => {
  const before = takeSnapshot();
  const { name, id } = await startDetached(t, 'sleep 100');
  const refused = `failed to remove container "${name}": it is running\nhint: stop it first, or use rm -f`;
  t.deepEqual(await mini(['rm', name]), failure(refused));
  t.is(await succeed(t, 'rm', '-f', 'e2e-gone', id.slice(0, 12)), `${id.slice(0, 12)}\n`);
  t.deepEqual(await mini(['rm', name]), failure(`failed to find container "${name}": no such container`));
  t.is(await succeed(t, 'rm', '-fv', name), '');
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('one that fails does not keep the others from being removed', async (t) => {
  const { name } = await startDetached(t, 'true');
  await succeed(t, 'wait', name);
  t.deepEqual(
    await mini(['rm', 'e2e-gone', name]),
    failure('failed to find container "e2e-gone": no such container', `${name}\n`),
  );
});

test('a name is changed while the container runs, and must be free', async (t) => {
  const [one, other] = [await startDetached(t, 'sleep 100'), await startDetached(t, 'sleep 100')];
  const name = freshName();
  t.is(await succeed(t, 'rename', one.name, name), '');
  t.is(await succeed(t, 'inspect', '-f', '{{.Id}} {{.Name}}', name), `${one.id} /${name}\n`);
  const taken = `failed to reserve name "${other.name}": it is in use by container "${other.id}"`;
  t.deepEqual(
    await mini(['rename', name, other.name]),
    failure(`${taken}\nhint: remove or rename that container, or choose another name`),
  );
  t.is(await succeed(t, 'rm', '-f', name), `${name}\n`);
});

test('pause stops all processes; ps, inspect, stop and rm know', async (t) => {
  const { name } = await startDetached(t, 'while :; do sleep 0.02; echo x; done');
  t.is(await succeed(t, 'pause', name), `${name}\n`);
  const state = '{{.State.Status}} {{.State.Running}} {{.State.Paused}}';
  t.is(await succeed(t, 'inspect', '-f', state, name), 'paused true true\n');
  t.regex(await succeed(t, 'ps', '--format', '{{.Status}}', '-f', `name=${name}`), /^Up .* \(Paused\)\n$/);
  t.is(await succeed(t, 'ps', '-q', '--no-trunc', '-f', 'status=running', '-f', `name=${name}`), '');
  t.deepEqual(
    await mini(['pause', name]),
    failure(`failed to pause container "${name}": it is paused already`),
  );
  const frozen = await succeed(t, 'logs', name);
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(await succeed(t, 'logs', name), frozen);
  t.is(await succeed(t, 'unpause', name), `${name}\n`);
  t.deepEqual(
    await mini(['unpause', name]),
    failure(`failed to unpause container "${name}": it is not paused`),
  );
  await succeed(t, 'pause', name);
  t.is(await succeed(t, 'rm', '-f', name), `${name}\n`);
});

test('a paused container can be stopped', async (t) => {
  const { name } = await startDetached(t, 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done');
  await waitFor('the trap', () => logOf(name).includes('ready'));
  await succeed(t, 'pause', name);
  t.is(await succeed(t, 'stop', '-t', '20', name), `${name}\n`);
  t.is(await succeed(t, 'wait', name), '3\n');
  t.deepEqual(await mini(['pause', name]), failure(`failed to pause container "${name}": it is not running`));
});
