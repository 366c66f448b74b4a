import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociRoot, ociToFile, stateOf } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor, waitUntil } from '../support/wait.js';

async function waitForStatus(id: string, status: string): Promise<void> {
  await waitUntil(`the status ${status}`, async () => (await stateOf(id))?.status === status);
}

test.after.always('no container and no group is left', async (t) => {
  t.deepEqual(readdirSync(ociRoot()), []);
});

test('a container is created, started, killed and deleted, and nothing is left', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const bundle = makeBundle({
    args: ['sh', '-c', 'echo $$ $(hostname); sleep 100'],
    spec: { annotations: { a: 'b' } },
  });
  const pidFile = join(bundle, 'pid');
  const output = await ociToFile(['create', '--bundle', bundle, '--pid-file', pidFile, id]);
  t.deepEqual([output.exitCode, output.read()], [0, '']);
  const pid = readFileSync(pidFile, 'utf8');
  t.regex(pid, /^\d+$/);
  t.regex(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), new RegExp(`/mini-oci/${id}$`, 'm'));

  const { stdout } = await oci(['state', id]);
  const { created: time, ...state } = JSON.parse(stdout);
  t.false(Number.isNaN(Date.parse(time)));
  t.deepEqual(state, {
    ociVersion: '1.0.2',
    id,
    pid: Number(pid),
    status: 'created',
    bundle,
    rootfs: JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')).root.path,
    annotations: { a: 'b' },
    owner: 'root',
  });

  t.deepEqual(await oci(['start', id]), { exitCode: 0, stdout: '', stderr: '', signal: undefined });
  await waitFor('the output', () => output.read() === '1 box\n');
  t.is((await stateOf(id))?.status, 'running');
  const again = await oci(['start', id]);
  t.is(again.exitCode, 1);
  t.is(again.stderr, `failed to start container "${id}": cannot start an already running container\n`);
  const busy = await oci(['delete', id]);
  t.is(busy.exitCode, 1);
  t.true(busy.stderr.endsWith(`cannot delete container ${id} that is not stopped: running\n`), busy.stderr);

  t.is((await oci(['kill', id, 'KILL'])).exitCode, 0);
  await waitForStatus(id, 'stopped');
  t.is((await stateOf(id))?.pid, 0);
  const late = await oci(['kill', id, '9']);
  t.deepEqual([late.exitCode, late.stderr], [1, `failed to kill container "${id}": container not running\n`]);
  t.is((await oci(['kill', '--all', id, '9'])).exitCode, 0);
  t.is(
    (await oci(['start', id])).stderr,
    `failed to start container "${id}": cannot start a container that has stopped\n`,
  );
  t.deepEqual(await oci(['delete', id]), { exitCode: 0, stdout: '', stderr: '', signal: undefined });
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a container that does not exist is said not to', async (t) => {
  for (const [command, ...rest] of [
    ['start'],
    ['state'],
    ['kill'],
    ['delete'],
    ['pause'],
    ['resume'],
    ['ps'],
  ]) {
    const { exitCode, stderr } = await oci([command!, 'no-such-container', ...rest]);
    t.is(exitCode, 1, command);
    t.true(stderr.endsWith(' container "no-such-container": container does not exist\n'), stderr);
  }
  t.is((await oci(['exec', 'no-such-container', 'true'])).exitCode, 255);
  t.deepEqual(await oci(['delete', '--force', 'no-such-container']), {
    exitCode: 0,
    stdout: '',
    stderr: '',
    signal: undefined,
  });
});

test('a command that cannot be run is told at create, and nothing is left', async (t) => {
  const before = takeSnapshot();
  const commands = [
    ['nope', 'exec: "nope": executable file not found in $PATH'],
    ['/nope', 'exec: "/nope": stat /nope: no such file or directory'],
    ['/etc', 'exec: "/etc": permission denied'],
  ];
  for (const [command, reason] of commands) {
    const id = freshId();
    const bundle = makeBundle({ args: [command!] });
    const [log, pidFile] = [join(bundle, 'log'), join(bundle, 'pid')];
    const words = [
      '--log',
      log,
      '--log-format=json',
      'create',
      '--bundle',
      bundle,
      '--pid-file',
      pidFile,
      id,
    ];
    const { exitCode, stdout, stderr } = await oci(words);
    const message = `failed to start the process of the container: ${reason}`;
    t.deepEqual([exitCode, stdout, stderr], [1, '', `${message}\n`]);
    const { time, ...line } = JSON.parse(readFileSync(log, 'utf8'));
    t.regex(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    t.deepEqual(line, { level: 'error', msg: message });
    t.false(existsSync(pidFile));
    t.false(existsSync(join(ociRoot(), id)));
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a file that the kernel does not execute is told at start', async (t) => {
  const id = freshId();
  const root = freshDirectory('root');
  writeFileSync(join(root, 'no-program'), 'nothing', { mode: 0o755 });
  const bundle = makeBundle({ root, args: ['/no-program'] });
  t.is((await oci(['create', '--bundle', bundle, id], { stdio: 'ignore' })).exitCode, 0);
  const { exitCode, stderr } = await oci(['start', id]);
  t.is(exitCode, 1);
  t.is(stderr, 'failed to start the process of the container: exec: "/no-program": exec format error\n');
  await waitForStatus(id, 'stopped');
  t.is((await oci(['delete', id])).exitCode, 0);
});

test('an id has one holder', async (t) => {
  const id = freshId();
  const bundle = makeBundle();
  const words = ['create', '--bundle', bundle, id];
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => ociToFile(words)));
  t.deepEqual(results.map(({ exitCode }) => exitCode).sort(), [0, 1, 1, 1, 1]);
  for (const { read } of results.filter(({ exitCode }) => exitCode === 1)) {
    t.is(read(), `failed to create container "${id}": container with given ID already exists\n`);
  }
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.is((await oci(['state', id])).exitCode, 1);
});

test('ids that are no names of a directory are refused', async (t) => {
  const bundle = makeBundle();
  for (const id of ['..', '.', 'a/b', '../x', 'a b', 'ä', '']) {
    const { exitCode, stderr } = await oci(['create', '--bundle', bundle, id]);
    t.is(exitCode, 1);
    t.is(stderr, `failed to use id ${JSON.stringify(id)}: invalid container ID format\n`);
  }
});

test('run waits, gives the exit code and leaves nothing', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ args: ['sh', '-c', 'echo out; cat; exit 7'] });
  const { exitCode, stdout } = await oci(['run', '--bundle', bundle, freshId()], {
    stdin: 'pipe',
    input: 'in\n',
  });
  t.deepEqual([exitCode, stdout], [7, 'out\nin\n']);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a creator that is killed leaves what delete --force removes', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '100'] });
  t.is((await oci(['create', '--bundle', bundle, id], { stdio: 'ignore' })).exitCode, 0);
  // What a creator has written before its first side effect, and nothing more.
  const path = join(ociRoot(), id, 'state.json');
  const { process: _, ...unfinished } = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify(unfinished));
  t.is((await stateOf(id))?.status, 'creating');
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('exec runs a process beside the first, and tells its pid', async (t) => {
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '100'] });
  t.is((await oci(['run', '--detach', '--bundle', bundle, id], { stdio: 'ignore' })).exitCode, 0);
  t.deepEqual(
    await oci(['exec', '--env', 'A=b', '--cwd', '/bin', '--user', '5:6', id, 'sh', '-c', 'id; pwd; echo $A']),
    {
      exitCode: 0,
      stdout: 'uid=5 gid=6\n/bin\nb\n',
      stderr: '',
      signal: undefined,
    },
  );
  t.is((await oci(['exec', id, 'sh', '-c', 'exit 9'])).exitCode, 9);
  const missing = await oci(['exec', id, 'nope']);
  t.is(missing.exitCode, 255);
  t.is(
    missing.stderr,
    'failed to start the process of the container: exec: "nope": executable file not found in $PATH\n',
  );
  const processFile = join(bundle, 'process.json');
  const pidFile = join(bundle, 'exec-pid');
  writeFileSync(
    processFile,
    JSON.stringify({ user: { uid: 0, gid: 0 }, args: ['sleep', '99'], env: ['PATH=/bin'], cwd: '/' }),
  );
  const detached = ['exec', '--detach', '--process', processFile, '--pid-file', pidFile, id];
  t.is((await oci(detached, { stdio: 'ignore' })).exitCode, 0);
  const pid = readFileSync(pidFile, 'utf8');
  t.is(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), 'sleep\u000099\u0000');
  const pids = JSON.parse((await oci(['ps', '--format', 'json', id])).stdout) as number[];
  t.deepEqual(pids.sort(), [(await stateOf(id))!.pid, Number(pid)].sort());

  t.is((await oci(['pause', id])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'paused');
  t.is((await oci(['exec', id, 'true'])).exitCode, 255);
  t.is((await oci(['resume', id])).exitCode, 0);
  t.is((await oci(['resume', id])).stderr, `failed to resume container "${id}": container not paused\n`);
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});
