import { readFileSync } from 'node:fs';
import test from 'ava';
import { failure, startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const name = `e2e-exec-${process.pid}`;

test.before(async (t) => {
  const started = await mini([
    'run',
    '-d',
    '--name',
    name,
    '-e',
    'FROM=run',
    '--hostname',
    'box',
    '-m',
    '64m',
    '--rootfs',
    busyboxRoot(),
    'sh',
    '-c',
    'trap "exit 5" TERM; while :; do sleep 0.1; done',
  ]);
  t.is(started.exitCode, 0, started.stderr);
  t.regex(started.stdout, /^[0-9a-f]{64}\n$/);
});

test.after.always(async () => {
  await mini(['rm', '-f', name]);
});

test.serial('exec sees the names, the environment and the limits of the container', async (t) => {
  const script = 'hostname; echo $FROM $MORE; cat /proc/1/comm; tail -n 1 /proc/self/cgroup; exit 4';
  const { stdout, exitCode } = await mini(['exec', '-e', 'MORE=exec', name, 'sh', '-c', script]);
  t.is(exitCode, 4);
  t.deepEqual(stdout.split('\n').slice(0, 4), ['box', 'run exec', 'sh', '0::/']);
});

test.serial('exec passes stdin to its end', async (t) => {
  t.is((await mini(['exec', '-i', name, 'cat'], { input: 'in and out\n' })).stdout, 'in and out\n');
});

test.serial('exec of a shell line fails as docker has it, and says what to do', async (t) => {
  const { exitCode, stderr } = await mini(['exec', name, 'ls -l']);
  t.is(exitCode, 127);
  t.is(
    stderr,
    'failed to find the executable "ls -l" (process.args[0]): ENOENT no such file or directory\n' +
      "hint: a command and its arguments are separate words; for a shell line use: sh -c 'ls -l'\n",
  );
});

test.serial('exec in a container that has ended, or never was, fails with 1', async (t) => {
  t.is((await mini(['stop', name])).exitCode, 0);
  t.is((await mini(['wait', name])).stdout, '5\n');
  const ended = await mini(['exec', name, 'true']);
  t.is(ended.exitCode, 1);
  t.is(ended.stderr, `failed to run a command in container "${name}": it is not running\n`);
  const missing = await mini(['exec', 'no-such-container', 'true']);
  t.is(missing.exitCode, 1);
  t.is(missing.stderr, 'failed to find container "no-such-container": no such container\n');
});

test.serial('a container that has ended starts again, and nothing is left once it is removed', async (t) => {
  const before = takeSnapshot();
  t.is((await mini(['start', name])).stdout, `${name}\n`);
  t.is((await mini(['exec', name, 'true'])).exitCode, 0);
  t.is((await mini(['rm', '-f', name])).exitCode, 0);
  const { directories, ...left } = await differenceSince(before);
  t.deepEqual({ ...left, directories: [] }, NOTHING);
  t.deepEqual(directories, []);
});

test('exec --privileged has all capabilities, an ordinary one those of the container', async (t) => {
  const box = await startDetached(t, 'sleep 100', ['--cap-drop', 'ALL']);
  const grep = ['grep', 'CapEff', '/proc/self/status'];
  t.is(await succeed(t, 'exec', box.name, ...grep), `CapEff:\t${'0'.repeat(16)}\n`);
  const bounding = /^CapBnd:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  t.is(await succeed(t, 'exec', '--privileged', box.name, ...grep), `CapEff:\t${bounding}\n`);
});

test('exec of a script whose interpreter is missing says which', async (t) => {
  const box = await startDetached(t, 'sleep 100');
  await succeed(t, 'exec', box.name, 'sh', '-c', 'echo "#!/gone" > /script; chmod +x /script');
  const message = 'failed to run "/script" (process.args): ENOENT no such file or directory';
  const hint = 'hint: "/script" is a script, and its interpreter "/gone" is not there';
  t.deepEqual(await mini(['exec', box.name, '/script']), {
    ...failure(`${message}\n${hint}`),
    exitCode: 127,
  });
});
