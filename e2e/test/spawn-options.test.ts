import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import { spawn } from '@mini/runtime-core';
import test from 'ava';
import { finish, said, sh, spawnIn } from '../support/library.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';

test('stdout and stderr are streams of their own', async (t) => {
  t.deepEqual(await sh('echo out; echo err >&2; exit 3'), {
    exitCode: 3,
    signal: null,
    oomKilled: false,
    stdout: 'out\n',
    stderr: 'err\n',
  });
});

test('stdin is read to its end', async (t) => {
  const child = spawnIn('wc', ['-c']);
  const chunk = Buffer.alloc(100_000, 'x');
  for (let part = 0; part < 20; part++) child.stdin?.write(chunk);
  child.stdin?.end('end');
  t.deepEqual(await finish(child), said('2000003\n'));
});

test('a megabyte comes out as it went in', async (t) => {
  const child = spawnIn('cat');
  const text = Array.from({ length: 100_000 }, (_, line) => `line ${line}\n`).join('');
  child.stdin?.end(text);
  t.deepEqual(await finish(child), said(text));
});

test('the command is PID 1 in namespaces of its own, a real child outside', async (t) => {
  const child = spawnIn('sh', [
    '-c',
    'echo $$; for n in mnt pid uts ipc net cgroup; do readlink /proc/1/ns/$n; done',
  ]);
  t.regex(readFileSync(`/proc/${child.pid}/stat`, 'utf8'), new RegExp(`^\\d+ \\(.*\\) . ${process.pid} `));
  const { stdout } = await finish(child);
  const [pid, ...namespaces] = stdout.trim().split('\n');
  t.is(pid, '1');
  t.is(namespaces.length, 6);
  for (const namespace of ['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup']) {
    t.false(namespaces.includes(linkOf(namespace)), namespace);
  }
});

test('a subset of the namespaces', async (t) => {
  const script =
    'readlink /proc/self/ns/uts; readlink /proc/self/ns/net; readlink /proc/self/ns/mnt; readlink /proc/self/ns/ipc';
  const { stdout } = await sh(script, { namespaces: ['mount', 'ipc', 'pid'] });
  const [uts, net, mnt, ipc] = stdout.trim().split('\n');
  const ours = (name: string) => `${name}:[${/\d+/.exec(linkOf(name))?.[0]}]`;
  t.is(uts, ours('uts'));
  t.is(net, ours('net'));
  t.not(mnt, ours('mnt'));
  t.not(ipc, ours('ipc'));
});

test('user, groups, working directory and environment', async (t) => {
  const { stdout } = await sh('id -u; id -g; id -G; pwd; env | sort', {
    user: { uid: 1000, gid: 1001, additionalGids: [7, 8] },
    cwd: '/tmp',
    env: { B: '2', A: 'one two', PATH: '/bin:/usr/bin' },
  });
  t.is(stdout, '1000\n1001\n1001 7 8\n/tmp\nA=one two\nB=2\nPATH=/bin:/usr/bin\nPWD=/tmp\nSHLVL=1\n');
});

test('an environment of its own: PATH alone', async (t) => {
  const { stdout } = await finish(spawnIn('env'));
  t.is(stdout, 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n');
});

test('the arguments come as they are', async (t) => {
  const words = ['a b', '', '$HOME', '"quoted"', 'ü\n'];
  const { stdout } = await finish(spawnIn('printf', ['[%s]', ...words]));
  t.is(stdout, words.map((word) => `[${word}]`).join(''));
});

test('a host name', async (t) => {
  t.deepEqual(await sh('hostname', { hostname: 'box' }), said('box\n'));
});

test('mounts instead of the default ones', async (t) => {
  const directory = freshDirectory('mounted');
  const mounts = [
    { destination: '/proc', type: 'proc', source: 'proc' },
    { destination: '/mnt', type: 'bind', source: directory, options: ['rbind', 'rprivate'] },
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['size=1m', 'ro'] },
  ];
  const { stdout, stderr } = await sh('echo made >/mnt/file; touch /tmp/x; grep -c " /tmp " /proc/mounts', {
    mounts,
  });
  t.is(readFileSync(join(directory, 'file'), 'utf8'), 'made\n');
  t.is(stdout, '1\n');
  t.is(stderr, 'touch: /tmp/x: Read-only file system\n');
});

test('the root is used as it is, or read-only', async (t) => {
  const root = freshBusyboxRoot();
  await sh('echo stays > /made', { root });
  t.is(readFileSync(join(root, 'made'), 'utf8'), 'stays\n');
  const { exitCode, stderr } = await sh('echo no > /made', { root, readonlyRoot: true });
  t.is(exitCode, 1);
  t.is(stderr, "sh: can't create /made: Read-only file system\n");
  t.is(readFileSync(join(root, 'made'), 'utf8'), 'stays\n');
});

test('the whole machine as the root, unless told', async (t) => {
  const { stdout } = await finish(spawn('cat', [thisFile()]));
  t.is(stdout, readFileSync(thisFile(), 'utf8'));
});

test('init keeps a PID 1 above the command, which reaps and hands the status on', async (t) => {
  const { stdout, exitCode } = await sh('echo $$; cat /proc/1/comm; (sleep 0.01 &); sleep 0.1; exit 9', {
    init: true,
  });
  t.is(stdout, '2\nmini-init\n');
  t.is(exitCode, 9);
});

test('capabilities', async (t) => {
  const script = "grep -E 'Cap(Prm|Eff|Bnd)' /proc/self/status | tr '\\t\\n' '  '";
  const set = ['CAP_CHOWN', 'CAP_KILL'] as const;
  const { stdout } = await sh(script, {
    capabilities: { bounding: set, permitted: set, effective: ['CAP_KILL'] },
  });
  // The shell of root gains its whole permitted set at the exec, as capabilities(7) says of uid 0.
  t.regex(stdout, /CapBnd: 0000000000000021 /);
  t.regex(stdout, /CapPrm: 0000000000000021 /);
  const none = await sh(script, { capabilities: {} });
  t.is(none.stdout, 'CapPrm: 0000000000000000 CapEff: 0000000000000000 CapBnd: 0000000000000000 ');
});

test('no new privileges, unless told', async (t) => {
  const script = 'grep NoNewPrivs /proc/self/status';
  t.is((await sh(script)).stdout, 'NoNewPrivs:\t1\n');
  t.is((await sh(script, { noNewPrivileges: false })).stdout, 'NoNewPrivs:\t0\n');
});

test('resource limits', async (t) => {
  const { stdout } = await sh('ulimit -n; ulimit -Hn; ulimit -c', {
    rlimits: [
      { type: 'RLIMIT_NOFILE', soft: 64, hard: 128 },
      { type: 'RLIMIT_CORE', soft: 0, hard: 0 },
    ],
  });
  t.is(stdout, '64\n128\n0\n');
});

test('a limit of processes holds', async (t) => {
  const { stderr, exitCode } = await sh('true | true | true | true; echo never', {
    limits: { pids: { limit: 3 } },
  });
  t.is(stderr, "sh: can't fork: Resource temporarily unavailable\n");
  t.is(exitCode, 2);
});

test('a process killed for its memory says so', async (t) => {
  const limits = { memory: { limit: 16 << 20, swap: 16 << 20 } };
  const result = await sh('exec tail -c 100m /dev/zero', { limits });
  t.deepEqual(result, { exitCode: null, signal: 'SIGKILL', oomKilled: true, stdout: '', stderr: '' });
  t.false((await sh('kill -9 1; kill -9 $$; exit 4', { limits })).oomKilled);
});

test('a child killed for its memory is reported too, with the exit code of the command', async (t) => {
  const limits = { memory: { limit: 16 << 20, swap: 16 << 20 } };
  const { exitCode, oomKilled } = await sh('tail -c 100m /dev/zero; exit 5', { limits });
  t.is(exitCode, 5);
  t.true(oomKilled);
});

test('a path of its own for the cgroup, or none', async (t) => {
  const path = `/mini/spawn-${process.pid}`;
  const named = spawnIn('cat', [], { cgroup: path });
  await named.started;
  const { hierarchies } = detectCgroupLayout();
  for (const { mountPoint } of hierarchies) {
    t.is(readFileSync(join(mountPoint, path, 'cgroup.procs'), 'utf8'), `${named.pid}\n`);
  }
  named.stdin?.end();
  await named.exited;
  for (const { mountPoint } of hierarchies)
    t.throws(() => readFileSync(join(mountPoint, path, 'cgroup.procs')));
  const none = spawnIn('cat', [], { cgroup: false });
  await none.started;
  t.is(readFileSync(`/proc/${none.pid}/cgroup`, 'utf8'), readFileSync('/proc/self/cgroup', 'utf8'));
  none.stdin?.end();
  await none.exited;
});

function linkOf(name: string): string {
  return readlinkSync(`/proc/self/ns/${name}`);
}

function thisFile(): string {
  return fileURLToPath(import.meta.url);
}
