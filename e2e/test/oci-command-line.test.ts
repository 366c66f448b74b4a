import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, ociWords, stateOf } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitUntil } from '../support/wait.js';

const sleeping = () => makeBundle({ args: ['sleep', '100'] });

async function waitForEnd(id: string): Promise<void> {
  await waitUntil('the end', async () => (await stateOf(id))?.status === 'stopped');
}

test('help for a command stands behind "help" and behind the command', async (t) => {
  const { exitCode, stdout } = await oci(['help', 'kill']);
  t.is(exitCode, 0);
  t.true(stdout.startsWith('Usage: mini-oci [global flags] kill [flags] ID [SIGNAL]\n'), stdout);
  t.is((await oci(['kill', '--help'])).stdout, stdout);
  t.is((await oci(['help'])).stdout, (await oci(['--help'])).stdout);
  t.like(await oci(['help', 'no-such']), {
    exitCode: 1,
    stderr: 'failed to read the command line: no such command: "no-such"\n',
  });
});

test('a log is made even when there is nothing to tell, and JSON without a file goes to stderr', async (t) => {
  const path = join(freshDirectory('log'), 'log');
  t.is((await oci(['--log', path, 'list'])).exitCode, 0);
  t.is(readFileSync(path, 'utf8'), '');
  const { stderr } = await oci(['--log-format', 'json', 'state', 'none']);
  const { time, ...line } = JSON.parse(stderr);
  t.regex(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const msg = 'failed to read the state of container "none": container does not exist';
  t.deepEqual(line, { level: 'error', msg });
  t.is((await oci(['--log-format', 'text', 'state', 'none'])).stderr, `${msg}\n`);
});

test('--debug tells what is asked for', async (t) => {
  const { stderr } = await oci(['--debug', 'list', '-q']);
  t.regex(stderr, /^time="[^"]+" level=debug msg="list \[\\"-q\\"\], containers below .*"\n$/);
  const { stderr: line } = await oci(['--debug', '--log-format', 'json', 'list']);
  t.is(JSON.parse(line).level, 'debug');
});

test('who is refused a cgroup by systemd can clear up all the same', async (t) => {
  const id = freshId();
  // Not in systemd's form, for machines that have one.
  const bundle = makeBundle({ linux: { cgroupsPath: '/a/b' } });
  for (const words of [['--systemd-cgroup'], ['--cgroup-manager', 'systemd']]) {
    const refused = await oci([...words, 'create', '--no-subreaper', '--bundle', bundle, id]);
    t.is(refused.exitCode, 1);
    t.regex(
      refused.stderr,
      /^failed to use (systemd for cgroups: this machine has not cgroup v2 alone|the cgroup path "\/a\/b")/,
    );
    t.like(await oci([...words, 'delete', '--force', id]), { exitCode: 0, stderr: '' });
    t.like(await oci([...words, 'state', id]), {
      stderr: `failed to read the state of container "${id}": container does not exist\n`,
    });
  }
});

test('a root directory that is a file is said to be', async (t) => {
  const file = join(freshDirectory('root'), 'file');
  writeFileSync(file, '');
  t.like(await oci(['--root', file, 'list']), {
    exitCode: 1,
    stderr: `failed to read the directory "${file}": ENOTDIR not a directory\n`,
  });
  t.like(await oci(['--root', file, 'run', '--bundle', makeBundle(), freshId()]), {
    exitCode: 1,
    stderr: `failed to make "${file}": EEXIST file already exists\n`,
  });
});

test('a created container is deleted as it is, a paused one is not', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  t.is((await ociToFile(['create', '--bundle', sleeping(), id])).exitCode, 0);
  t.is((await oci(['pause', id])).exitCode, 0);
  const refused = await oci(['delete', id]);
  t.is(refused.exitCode, 1);
  t.true(refused.stderr.endsWith(`cannot delete container ${id} that is not stopped: paused\n`));
  t.is((await oci(['resume', id])).exitCode, 0);
  t.like(await oci(['delete', id]), { exitCode: 0, stderr: '' });
  t.is(await stateOf(id), undefined);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a paused container that is killed ends', async (t) => {
  const id = freshId();
  t.is((await ociToFile(['run', '-d', '--bundle', sleeping(), id])).exitCode, 0);
  t.is((await oci(['pause', id])).exitCode, 0);
  t.is((await oci(['kill', id, 'TERM'])).exitCode, 0);
  t.is((await stateOf(id))?.status, 'paused');
  t.like(await oci(['kill', id, 'KILL']), { exitCode: 0, stderr: '' });
  await waitForEnd(id);
  t.is((await oci(['delete', id])).exitCode, 0);
});

test('kill and delete take a regular expression', async (t) => {
  const root = freshDirectory('regex');
  const ask = (...words: string[]) => oci(['--root', root, ...words]);
  for (const id of ['web-1', 'web-2', 'db']) {
    t.is((await ociToFile(['--root', root, 'run', '-d', '--bundle', sleeping(), id])).exitCode, 0);
  }
  t.is((await ask('kill', '--regex', '^web-', 'KILL')).exitCode, 0);
  const statuses = async () =>
    JSON.parse((await ask('list', '-f', 'json')).stdout).map((each: { status: string }) => each.status);
  await waitUntil('the end', async () => (await statuses()).join() === 'running,stopped,stopped');
  const busy = await ask('delete', '-r', '.');
  t.is(busy.exitCode, 1);
  t.true(busy.stderr.endsWith('cannot delete container db that is not stopped: running\n'), busy.stderr);
  t.is((await ask('list', '-q')).stdout, 'db\n');
  t.is((await ask('delete', '-fr', 'd')).exitCode, 0);
  t.like(await ask('kill', '-r', '['), { exitCode: 1 });
  t.deepEqual(readdirSync(root), []);
});

test('spec writes where it is told, and never over anything', async (t) => {
  const directory = freshDirectory('spec');
  mkdirSync(join(directory, 'bundle'));
  const ask = (...words: string[]) => oci(['spec', ...words], { cwd: directory });
  t.is((await ask('-f', 'one.json')).exitCode, 0);
  t.is((await ask('--bundle', 'bundle', '--file', 'two.json')).exitCode, 0);
  t.deepEqual(readdirSync(directory).sort(), ['bundle', 'one.json']);
  t.deepEqual(readdirSync(join(directory, 'bundle')), ['two.json']);
  t.is((await ask('-f', 'one.json')).exitCode, 1);
});

test('sockets of a service manager come before preserved descriptors', async (t) => {
  const directory = freshDirectory('listen');
  const names = ['socket', 'preserved'];
  for (const name of names) writeFileSync(join(directory, name), `${name}\n`);
  const run = async (variables: Record<string, string>, ...args: string[]) => {
    const script = 'env | grep LISTEN | sort; cat <&3; cat <&4';
    const bundle = makeBundle({ args: ['sh', '-c', script] });
    const [file, ...words] = ociWords(['run', ...args, '--bundle', bundle, freshId()]);
    const env = { ...process.env, ...variables };
    const fds = names.map((name) => openSync(join(directory, name), 'r'));
    const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'ignore', ...fds], env });
    const [out] = await Promise.all([text(child.stdout!), once(child, 'close')]);
    fds.forEach(closeSync);
    return out;
  };
  const both = await run({ LISTEN_FDS: '1', LISTEN_FDNAMES: 'web' }, '--preserve-fds', '1');
  t.is(both, 'LISTEN_FDNAMES=web\nLISTEN_FDS=1\nLISTEN_PID=1\nsocket\npreserved\n');
  const foreign = await run({ LISTEN_FDS: '1', LISTEN_PID: '1' }, '--preserve-fds', '2');
  t.is(foreign, 'socket\npreserved\n');
});

test('exec says which capability cannot be given, and takes no relative directory and no variable without a name', async (t) => {
  const id = freshId();
  t.is((await ociToFile(['run', '-d', '--bundle', sleeping(), id])).exitCode, 0);
  t.deepEqual(await oci(['exec', '--cap', 'CAP_BOGUS', id, 'true']), {
    exitCode: 0,
    stdout: '',
    stderr: 'this machine cannot give the capabilities CAP_BOGUS\n',
    signal: undefined,
  });
  t.like(await oci(['exec', '--cwd', 'bin', id, 'pwd']), {
    exitCode: 255,
    stderr: 'failed to read the command line: the working directory "bin" is not an absolute path\n',
  });
  for (const entry of ['NAME', '=value']) {
    t.like(await oci(['exec', '--env', entry, id, 'true']), {
      exitCode: 255,
      stderr: `failed to read the command line: "${entry}" is not of the form NAME=value (--env)\n`,
    });
  }
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});
