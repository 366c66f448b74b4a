import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { failure, startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitUntil } from '../support/wait.js';

const ask = async (name: string, format: string) =>
  (await mini(['inspect', '-f', format, name])).stdout.trim();

const becomes = (name: string, format: string, wanted: string) =>
  waitUntil(`${format} of ${name} to be ${wanted}`, async () => (await ask(name, format)) === wanted);

/** Writes to the throw-away layer of `host`, so that each run shows what the one before has left. */
const COUNT = 'echo run >> /count; cat /count; echo --';

/** Waits for all that the container has said; a run that has begun has not spoken yet. */
const logged = (name: string, wanted: string) =>
  waitUntil(`${name} to have said ${wanted}`, async () => (await mini(['logs', name])).stdout === wanted);

const startHost = async (t: ExecutionContext, script: string, ...flags: string[]) => {
  const name = `e2e-restart-${process.pid}-${Math.random().toString(36).slice(2)}`;
  await succeed(t, 'run', '-d', '--name', name, ...flags, 'host', 'sh', '-c', script);
  t.teardown(() => mini(['rm', '-f', name]));
  return name;
};

test('on-failure:2 starts three times, with what the run before has written', async (t) => {
  const name = await startHost(t, `${COUNT}; exit 4`, '--restart', 'on-failure:2');
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'exited 2');
  t.is(await succeed(t, 'logs', name), 'run\n--\nrun\nrun\n--\nrun\nrun\nrun\n--\n');
  t.is(await ask(name, '{{.State.ExitCode}}'), '4');
  t.deepEqual(JSON.parse(await ask(name, '{{json .HostConfig.RestartPolicy}}')), {
    Name: 'on-failure',
    MaximumRetryCount: 2,
  });
});

test('on-failure leaves a container alone that has succeeded', async (t) => {
  const { name } = await startDetached(t, 'true', ['--restart', 'on-failure']);
  await becomes(name, '{{.State.Status}}', 'exited');
  t.is(await ask(name, '{{.RestartCount}}'), '0');
});

test('always starts it again without any Node, as another process with the same limits', async (t) => {
  const { name } = await startDetached(t, 'echo up; sleep 1000; :', ['--restart', 'always', '-m', '64m']);
  const first = Number(await ask(name, '{{.State.Pid}}'));
  const cgroupOf = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const group = cgroupOf(first);
  process.kill(first, 'SIGKILL');
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'running 1');
  const second = Number(await ask(name, '{{.State.Pid}}'));
  t.not(second, first);
  t.is(cgroupOf(second), group);
  t.is(await succeed(t, 'exec', name, 'cat', '/proc/1/comm'), 'sh\n');
  await logged(name, 'up\nup\n');
});

test('a container that was stopped stays down, also between two runs, and starts when asked to', async (t) => {
  const before = takeSnapshot();
  const { name, id } = await startDetached(t, 'exit 1', ['--restart', 'always']);
  // The waits grow: soon it is found between two runs.
  const list = () => succeed(t, 'ps', '--format', '{{.Status}}', '--filter', `id=${id}`);
  await waitUntil('a wait between two runs', async () => /^Restarting \(1\) /.test(await list()));
  t.is(await succeed(t, 'stop', name), `${name}\n`);
  t.is(await ask(name, '{{.State.Status}}'), 'exited');
  t.is(await succeed(t, 'start', name), `${name}\n`);
  await becomes(name, '{{.State.Restarting}}', 'true');
  t.is(await succeed(t, 'rm', '-f', name), `${name}\n`);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('kill with a signal that ends it keeps it down; with another it comes back', async (t) => {
  const script = 'trap "exit 2" USR1; echo ready; while :; do sleep 0.1; done';
  const { name } = await startDetached(t, script, ['--restart', 'always']);
  await logged(name, 'ready\n');
  await succeed(t, 'kill', name);
  await becomes(name, '{{.State.Status}}', 'exited');
  await succeed(t, 'start', name);
  await logged(name, 'ready\nready\n');
  await succeed(t, 'kill', '-s', 'USR1', name);
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'running 1');
});

test('update gives a running container another policy', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000');
  t.is(await succeed(t, 'update', '--restart', 'always', name), `${name}\n`);
  t.is(await ask(name, '{{.HostConfig.RestartPolicy.Name}}'), 'always');
  process.kill(Number(await ask(name, '{{.State.Pid}}')), 'SIGKILL');
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'running 1');
  await succeed(t, 'update', '--restart', 'no', name);
  process.kill(Number(await ask(name, '{{.State.Pid}}')), 'SIGKILL');
  await becomes(name, '{{.State.Status}}', 'exited');
});

test('a monitor that is asked to end stops its container, which stays down', async (t) => {
  const script = 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done';
  const { name } = await startDetached(t, script, ['--restart', 'always']);
  await logged(name, 'ready\n');
  process.kill(Number(await ask(name, '{{.State.ConmonPid}}')), 'SIGTERM');
  await becomes(name, '{{.State.Status}} {{.State.ExitCode}}', 'exited 9');
  t.is(await ask(name, '{{.RestartCount}}'), '0');
});

test('a root that cannot be made again is how a restart ends', async (t) => {
  const name = await startHost(t, 'rm /bin/sh /usr/bin/sh /usr/bin/dash; exit 1', '--restart', 'always');
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'exited 1');
  t.is(await ask(name, '{{.State.ExitCode}}'), '127');
});

test('with a terminal, and as an init', async (t) => {
  const { name } = await startDetached(t, 'tty; sleep 0.2; exit 3', [
    '-t',
    '--init',
    '--restart',
    'on-failure:1',
  ]);
  await becomes(name, '{{.State.Status}} {{.RestartCount}}', 'exited 1');
  t.is(await succeed(t, 'logs', name), '/dev/pts/0\r\n/dev/pts/0\r\n');
});

test('in the foreground the first end is the client’s, and the container goes on', async (t) => {
  const name = `e2e-foreground-${process.pid}`;
  t.teardown(() => mini(['rm', '-f', name]));
  const words = ['--name', name, '--restart', 'always', '--rootfs', busyboxRoot()];
  const { exitCode, stdout } = await mini(['run', ...words, 'sh', '-c', 'echo once; exit 6']);
  t.deepEqual({ exitCode, stdout }, { exitCode: 6, stdout: 'once\n' });
  await waitUntil('a second run', async () => Number(await ask(name, '{{.RestartCount}}')) > 0);
  await waitUntil('its words', async () => (await mini(['logs', name])).stdout !== 'once\n');
});

test('policies that make no sense are refused', async (t) => {
  const run = (...flags: string[]) => mini(['run', ...flags, 'host', 'true']);
  t.deepEqual(await run('--restart', 'sometimes'), {
    ...failure(
      'failed to parse --restart "sometimes": the policy must be one of no, on-failure, always, unless-stopped\n' +
        'hint: write it like always or on-failure:5',
    ),
    exitCode: 125,
  });
  t.deepEqual(await run('--restart', 'always', '--rm'), {
    ...failure('failed to parse --restart "always": it excludes --rm'),
    exitCode: 125,
  });
});

test('kill -9 of the monitor ends the restarts, not the container; rm -f works the first time', async (t) => {
  const before = takeSnapshot();
  const { name } = await startDetached(t, 'sleep 1000', ['--restart', 'always']);
  const [pid, monitor] = (await ask(name, '{{.State.Pid}} {{.State.ConmonPid}}')).split(' ').map(Number);
  process.kill(monitor!, 'SIGKILL');
  await waitUntil('the end of the monitor', () => Promise.resolve(!isAlive(monitor!)));
  t.regex(
    await succeed(t, 'ps', '--format', '{{.Names}} {{.Status}}'),
    new RegExp(`${name} Up .*Unmonitored`),
  );
  t.is(await succeed(t, 'rm', '-f', name), `${name}\n`);
  t.false(isAlive(pid!));
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('start --all starts what a reboot would bring back', async (t) => {
  const label = `boot-${process.pid}`;
  const [always, unless, stopped, none] = await Promise.all(
    ['always', 'unless-stopped', 'unless-stopped', 'no'].map(async (policy) => {
      const flags = ['--restart', policy, '--label', label];
      return (await startDetached(t, 'sleep 1000', flags)).name;
    }),
  );
  await succeed(t, 'stop', '-t', '0', always!, stopped!, none!);
  // As a reboot would: nobody asked this one to stop.
  const [pid, monitor] = (await ask(unless!, '{{.State.Pid}} {{.State.ConmonPid}}')).split(' ').map(Number);
  process.kill(monitor!, 'SIGKILL');
  process.kill(pid!, 'SIGKILL');
  await becomes(unless!, '{{.State.Status}}', 'exited');
  const flags = ['--filter', 'should-start-on-boot=true', '--filter', `label=${label}`];
  const started = await succeed(t, 'start', '--all', ...flags);
  t.deepEqual(started.trim().split('\n').toSorted(), [always!, unless!].toSorted());
  t.is(await ask(stopped!, '{{.State.Status}}'), 'exited');
  t.regex(
    await succeed(t, 'system', 'unit'),
    /^ExecStart=.* start --all --filter should-start-on-boot=true$/m,
  );
});
