import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { freshName } from '../support/detached.js';
import { childrenNamed, isAlive, readStatus } from '../support/processes.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { installStandalone, runAlone, startAlone } from '../support/standalone.js';
import { waitFor, waitUntil } from '../support/wait.js';

const { mini, miniOci, directory } = installStandalone();

const success = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', signal: undefined });

/** Runs a script in the background, until the test is over. */
async function startInBackground(t: ExecutionContext, file: string, script: string, ...flags: string[]) {
  const name = freshName();
  const words = ['run', '-d', '--name', name, ...flags, '--rootfs', busyboxRoot(), 'sh', '-c', script];
  const { exitCode, stderr } = await runAlone(file, words);
  t.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  t.teardown(() => runAlone(mini, ['rm', '-f', name]));
  return name;
}

test('one file is both commands: by its name, and by its first word', async (t) => {
  const { version } = JSON.parse(
    readFileSync(new URL('../../../packages/cli/package.json', import.meta.url), 'utf8'),
  );
  t.deepEqual(await runAlone(mini, ['--version']), success(`${version}\n`));
  const { stdout } = await runAlone(miniOci, ['--version']);
  t.regex(stdout, /^mini-oci version \S+\ncommit: \S+\nspec: 1\.\d+\.\d+\n$/);
  t.deepEqual(await runAlone(mini, ['mini-oci', '--version']), success(stdout));
});

test('it runs containers without PATH, HOME, Node and packages, and leaves nothing', async (t) => {
  const before = takeSnapshot();
  const script = 'cat; echo $HOME $PATH; exit 7';
  const words = ['run', '--rm', '-i', '--rootfs', busyboxRoot(), 'sh', '-c', script];
  t.deepEqual(await runAlone(mini, words, { stdin: 'pipe', input: 'typed\n', cwd: '/' }), {
    exitCode: 7,
    stdout: 'typed\n/root /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n',
    stderr: '',
    signal: undefined,
  });
  t.is((await runAlone(mini, ['run', '--rm', 'host', 'true'])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('it runs containers where there is nothing but it and a C library', async (t) => {
  const root = freshBusyboxRoot();
  const { stdout: libraries } = await execa('ldd', [mini]);
  for (const path of libraries.match(/\/\S+/g) ?? []) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(path, join(root, path));
    chmodSync(join(root, path), 0o755);
  }
  for (const name of ['run', 'var', 'inner']) mkdirSync(join(root, name), { recursive: true });
  copyFileSync(mini, join(root, 'mini'));
  // The root of a process that makes containers has to be a mount: pivot_root(2) wants it so.
  const mounts = [`mount --bind ${root} ${root}`];
  for (const name of ['proc', 'sys', 'dev']) mounts.push(`mount --rbind /${name} ${root}/${name}`);
  const busybox = `mkdir /inner/bin && cp /bin/busybox /inner/bin/ && mkdir /inner/proc /inner/dev /inner/sys`;
  const run = 'exec /mini run --rm --rootfs /inner /bin/busybox echo inside';
  const { stdout, stderr, exitCode } = await execa(
    'unshare',
    [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-c',
      `${mounts.join(' && ')} && exec chroot ${root} /bin/busybox env -i /bin/sh -c '${busybox} && ${run}'`,
    ],
    { reject: false },
  );
  t.deepEqual({ exitCode, stdout, stderr }, { exitCode: 0, stdout: 'inside', stderr: '' });
});

test('addons and helpers come out of sealed memory, and no file is written', async (t) => {
  const temporary = freshDirectory('tmp');
  const words = ['run', '--rm', '--security-opt', `seccomp=${writeProfile()}`];
  const client = startAlone(
    mini,
    [...words, '--rootfs', busyboxRoot(), 'sh', '-c', 'echo ready; sleep 100'],
    {
      // Without the cache the filter has to be compiled, whoever did so before.
      env: { TMPDIR: temporary, BUN_TMPDIR: temporary, MINI_CODE_CACHE: '0' },
    },
  );
  t.teardown(() => client.kill('SIGKILL'));
  let output = '';
  client.stdout?.on('data', (data) => {
    output += String(data);
  });
  await waitFor('the container', () => output === 'ready\n');
  const pid = client.pid!;
  const [monitor = 0] = childrenNamed(pid, 'mini-monitor');
  t.is(readlinkSync(`/proc/${monitor}/exe`), '/memfd:mini-helper (deleted)');
  t.throws(() => openSync(`/proc/${monitor}/exe`, 'r+'), { code: 'ETXTBSY' });
  const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
  t.regex(maps, /r-xp .* \/memfd:mini-addon \(deleted\)$/m);
  t.notRegex(maps, /\.node|\.so.*\(deleted\)/);
  const addons = descriptorsOf(pid).filter(({ target }) => target === '/memfd:mini-addon (deleted)');
  // The runtime's, and the compiler of filters.
  t.is(addons.length, 2);
  for (const { path } of addons) {
    const fd = openSync(path, 'r+');
    t.throws(() => writeSync(fd, 'x', 0), { code: 'EPERM' });
    closeSync(fd);
  }
  t.deepEqual(readdirSync(temporary), []);
  client.kill('SIGKILL');
  await client;
});

function writeProfile(): string {
  const path = join(freshDirectory('profile'), 'profile.json');
  const syscalls = [{ names: ['mount'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }];
  writeFileSync(path, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  return path;
}

function descriptorsOf(pid: number) {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    const path = `/proc/${pid}/fd/${name}`;
    try {
      return [{ path, target: readlinkSync(path) }];
    } catch {
      return [];
    }
  });
}

const MEMFD_NOEXEC = '/proc/sys/vm/memfd_noexec';

testUnless(
  existsSync(MEMFD_NOEXEC) ? undefined : 'this kernel executes every anonymous file',
  'standalone.noexec',
  'where anonymous files cannot be executed it says so',
  async (t) => {
    // The setting is that of a PID namespace.
    const script = `echo 2 > ${MEMFD_NOEXEC} && exec "$@"`;
    const words = ['--pid', '--fork', '--mount-proc', 'sh', '-c', script, 'sh'];
    const run = [mini, 'run', '--rm', '--rootfs', busyboxRoot(), 'true'];
    const { exitCode, stderr } = await execa('unshare', [...words, ...run], { reject: false });
    t.deepEqual(
      { exitCode, stderr },
      {
        exitCode: 125,
        stderr:
          'failed to seal "/$bunfs/root/init-helper/dist/bin/mini-init": EACCES permission denied\n' +
          'hint: vm.memfd_noexec forbids to execute what lies in memory, and this program has no other place: set it below 2, or use mini from npm',
      },
    );
  },
);

test('many at once do not disturb each other', async (t) => {
  const numbers = Array.from({ length: 6 }, (_, index) => index);
  const results = await Promise.all(
    numbers.map((number) =>
      runAlone(mini, [
        'run',
        '--rm',
        '--rootfs',
        busyboxRoot(),
        'sh',
        '-c',
        `echo ${number}; exit ${number}`,
      ]),
    ),
  );
  t.deepEqual(
    results,
    numbers.map((number) => ({ ...success(`${number}\n`), exitCode: number })),
  );
});

test('a container in the background lives on without its client', async (t) => {
  const name = await startInBackground(t, mini, 'echo out; echo err >&2; exec sleep 100');
  t.deepEqual(await runAlone(mini, ['logs', name]), { ...success('out\n'), stderr: 'err\n' });
  t.deepEqual(await runAlone(mini, ['exec', name, 'sh', '-c', 'echo in; exit 3']), {
    ...success('in\n'),
    exitCode: 3,
  });
  t.deepEqual(await runAlone(mini, ['stop', '-t', '1', name]), success(`${name}\n`));
  t.deepEqual(await runAlone(mini, ['wait', name]), success('137\n'));
  t.deepEqual(await runAlone(mini, ['rm', '-f', name]), success(`${name}\n`));
});

test('a container does not need the file that started it: it may go, and another come', async (t) => {
  const { mini: other } = installStandalone();
  const script = 'echo out; while :; do sleep 0.05; done';
  const name = await startInBackground(t, other, script, '--restart', 'always');
  const attached = startAlone(other, [
    'run',
    '--rm',
    '--rootfs',
    busyboxRoot(),
    'sh',
    '-c',
    'sleep 1; exit 4',
  ]);
  await waitFor('the client', () => childrenNamed(attached.pid!, 'mini-monitor').length === 1);
  rmSync(other);
  t.is((await attached).exitCode, 4);
  const pid = async () => Number((await runAlone(mini, ['inspect', '-f', '{{.State.Pid}}', name])).stdout);
  const first = await pid();
  process.kill(first, 'SIGKILL');
  await waitUntil('the restart', async () => ![0, first].includes(await pid()));
  // A new version takes the place of the old one, as installers do it.
  copyFileSync(mini, `${other}.new`);
  renameSync(`${other}.new`, other);
  t.deepEqual(await runAlone(other, ['logs', name]), success('out\nout\n'));
  t.is((await runAlone(other, ['exec', name, 'true'])).exitCode, 0);
  t.deepEqual(await runAlone(other, ['rm', '-f', name]), success(`${name}\n`));
  t.false(isAlive(first));
});

test('what lies in the directory where it is called is none of its business', async (t) => {
  const cwd = freshDirectory('project');
  const touch = `require('node:fs').writeFileSync('${cwd}/loaded', '')`;
  writeFileSync(join(cwd, 'touch.js'), touch);
  writeFileSync(join(cwd, 'bunfig.toml'), 'preload = ["./touch.js"]\n');
  writeFileSync(join(cwd, '.env'), 'FROM_FILE=1\n');
  const words = ['run', '--rm', '-e', 'FROM_FILE', '--rootfs', busyboxRoot(), 'env'];
  const { exitCode, stdout } = await runAlone(mini, words, { cwd });
  t.is(exitCode, 0);
  t.notRegex(stdout, /FROM_FILE/);
  t.false(readdirSync(cwd).includes('loaded'));
});

test('mini-oci creates and starts a container that outlives it', async (t) => {
  const bundle = freshDirectory('bundle');
  const { stdout: spec } = await runAlone(miniOci, ['spec', '--bundle', bundle]);
  t.is(spec, '');
  const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
  config.root = { path: busyboxRoot(), readonly: true };
  config.process = { ...config.process, terminal: false, args: ['sleep', '100'] };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(config));
  const own = ['--root', join(directory, 'state')];
  const pidFile = join(bundle, 'pid');
  const id = freshName();
  const create = [...own, 'create', '--bundle', bundle, '--pid-file', pidFile, id];
  // A file: the container holds what it is given.
  const output = openSync(join(bundle, 'output'), 'w');
  const { status } = spawnSync(miniOci, create, { env: {}, stdio: ['ignore', output, output] });
  closeSync(output);
  t.teardown(() => runAlone(miniOci, [...own, 'delete', '--force', id]));
  t.deepEqual([status, readFileSync(join(bundle, 'output'), 'utf8')], [0, '']);
  t.deepEqual(await runAlone(miniOci, [...own, 'start', id]), success(''));
  t.is(JSON.parse((await runAlone(miniOci, [...own, 'state', id])).stdout).status, 'running');
  t.is(readStatus(Number(readFileSync(pidFile, 'utf8'))).Name, 'sleep');
  t.deepEqual(await runAlone(miniOci, [...own, 'delete', '--force', id]), success(''));
});
