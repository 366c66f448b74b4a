import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BundleRequest, makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, ociWords, stateOf } from '../support/oci.js';
import { freshBusyboxRoot } from '../support/roots.js';

/** What a process says, which is told in full by its Spec. */
async function run(t: ExecutionContext, args: readonly string[], request: BundleRequest = {}) {
  const { exitCode, stdout, stderr } = await oci([
    'run',
    '--bundle',
    makeBundle({ args, ...request }),
    freshId(),
  ]);
  t.deepEqual([exitCode, stderr], [0, '']);
  return stdout;
}

async function withRunning(request: BundleRequest, use: (id: string) => Promise<void>): Promise<void> {
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '1000'], ...request });
  await ociToFile(['run', '--detach', '--bundle', bundle, id]);
  await use(id);
  await oci(['delete', '--force', id]);
}

/** A root whose user 7 has a home. */
function rootWithUsers(): string {
  const root = freshBusyboxRoot();
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nseven:x:7:8::/home/seven:/bin/sh\n');
  return root;
}

const HOME = ['sh', '-c', 'echo $HOME'];

test('the home is that of the user in the root, unless it is given', async (t) => {
  const root = rootWithUsers();
  const as = (uid: number, env: readonly string[] = ['PATH=/bin']) =>
    run(t, HOME, { root, process: { user: { uid, gid: 0 }, env } });
  t.is(await as(0), '/root\n');
  t.is(await as(7), '/home/seven\n');
  t.is(await as(99), '/\n');
  t.is(await as(7, ['PATH=/bin', 'HOME=/mine']), '/mine\n');
  await withRunning({ root }, async (id) => {
    t.is((await oci(['exec', '--user', '7', id, ...HOME])).stdout, '/home/seven\n');
    t.is((await oci(['exec', id, ...HOME])).stdout, '/root\n');
  });
});

test('a file of users that cannot be used, or leads out of the root, gives no home', async (t) => {
  const root = rootWithUsers();
  const passwd = join(root, 'etc/passwd');
  const outside = join(freshBusyboxRoot(), 'passwd');
  writeFileSync(outside, 'root:x:0:0::/outside:/bin/sh\n');
  rmSync(passwd);
  symlinkSync(outside, passwd);
  t.is(await run(t, HOME, { root }), '/\n');
  rmSync(passwd);
  mkdirSync(passwd);
  t.is(await run(t, HOME, { root }), '/\n');
});

test('of a variable that is given twice the later counts', async (t) => {
  const env = ['PATH=/bin', 'A=1', 'HOME=/', 'A=2'];
  t.is(await run(t, ['env'], { process: { env } }), 'PATH=/bin\nA=2\nHOME=/\n');
});

const SETS = ['sh', '-c', 'grep ^Cap /proc/self/status | cut -f2'];
const bits = (set: string) => ['0000000000000000', set, set, set, '0000000000000000', ''].join('\n');

test('a process without capabilities in its Spec has none', async (t) => {
  t.is(await run(t, SETS, { process: { capabilities: undefined } as never }), bits('0000000000000000'));
  const free = { capabilities: undefined, noNewPrivileges: false } as never;
  t.is(await run(t, SETS, { process: free }), bits('0000000000000000'));
});

test('a user has a working directory, made or found, under a filter and without no_new_privs', async (t) => {
  const seccomp = { defaultAction: 'SCMP_ACT_ALLOW' } as const;
  const process = { user: { uid: 7, gid: 8 }, noNewPrivileges: false };
  const root = freshBusyboxRoot();
  const ask = async (cwd: string, more: object = {}) => {
    const script = 'pwd; stat -c %u .; sed -n "s/^Cap[EP].*:.//p;s/^Seccomp:.//p" /proc/self/status';
    const request = { root, process: { ...process, cwd, ...more }, linux: { seccomp } };
    return (await run(t, ['sh', '-c', script], request)).trim().split('\n');
  };
  const none = '0000000000000000';
  t.deepEqual(await ask('/bin'), ['/bin', '0', none, none, '2']);
  t.deepEqual(await ask('/made/here'), ['/made/here', '7', none, none, '2']);
  t.deepEqual(await ask('/other', { capabilities: { bounding: ['CAP_CHOWN'] } }), [
    ...['/other', '7'],
    ...[none, none, '2'],
  ]);
});

test("a null device of the machine becomes the container's own, which can be written", (t) => {
  const fd = openSync('/dev/null', 'r');
  t.teardown(() => closeSync(fd));
  const ask = (request: BundleRequest = {}) => {
    const bundle = makeBundle({ args: ['sh', '-c', 'echo lost && echo said >&2'], ...request });
    const [file, ...words] = ociWords(['run', '--bundle', bundle, freshId()]);
    const { status, stderr } = spawnSync(file, words, { stdio: [fd, fd, 'pipe'], encoding: 'utf8' });
    return [status, stderr];
  };
  t.deepEqual(ask(), [0, 'said\n']);
  // Without a null device of its own it keeps what it was given.
  const bare = { mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }] };
  t.deepEqual(ask({ args: ['sh', '-c', 'rm -f /dev/null; exit 4'], spec: bare }), [4, '']);
});

test('exec adds capabilities beyond those of the container', async (t) => {
  await withRunning({ process: { capabilities: {} } }, async (id) => {
    t.is((await oci(['exec', id, ...SETS])).stdout, bits('0000000000000000'));
    const added = await oci(['exec', '--cap', 'CAP_KILL', '--cap', 'CAP_NET_RAW', id, ...SETS]);
    t.is(added.stdout, bits('0000000000002020'));
  });
});

test('a created container can be paused, and is not started meanwhile', async (t) => {
  const id = freshId();
  await ociToFile(['create', '--bundle', makeBundle({ args: ['sleep', '1000'] }), id]);
  t.is((await oci(['pause', id])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'paused');
  const started = await oci(['start', id]);
  t.is(started.stderr, `failed to start container "${id}": cannot start a container in the paused state\n`);
  t.is((await oci(['resume', id])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'created');
  t.is((await oci(['start', id])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'running');
  await oci(['delete', '--force', id]);
});

test('what follows the id is for ps(1)', async (t) => {
  await withRunning({}, async (id) => {
    const { pid } = (await stateOf(id))!;
    const { stdout } = await oci(['ps', id, '-e', '-o', 'pid=PID,comm=COMMAND']);
    t.regex(stdout, new RegExp(`^ *PID COMMAND\n *${pid} sleep\n$`));
  });
});
