import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { assertRefused } from '../support/bad.js';
import { finish, said, sh, spawnIn } from '../support/library.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';

// What the tutorials about writing one's own container show, each as a promise that is kept.

const run = (...words: string[]) => mini(['run', '--rm', '--rootfs', busyboxRoot(), ...words]);

test('exec replaces the process and keeps the pid, inside and outside', async (t) => {
  const child = spawnIn('sh', ['-c', 'echo $$; read line; exec sh -c "echo \\$\\$; exec cat"']);
  await once(child.stdout!, 'data');
  const before = { pid: child.pid, program: readFileSync(`/proc/${child.pid}/comm`, 'utf8') };
  child.stdin?.write('go\n');
  const [line] = await once(child.stdout!, 'data');
  child.stdin?.write('still here\n');
  await once(child.stdout!, 'data');
  t.is(String(line), '1\n');
  t.is(before.program, 'sh\n');
  t.is(readFileSync(`/proc/${child.pid}/comm`, 'utf8'), 'cat\n');
  t.is(child.pid, before.pid);
  child.stdin?.end();
  t.is((await child.exited).exitCode, 0);
});

test('a variable is copied by fork: the child changes its own', async (t) => {
  t.deepEqual(await sh('x=parent; (x=child; echo $x); echo $x'), said('child\nparent\n'));
  t.deepEqual(await sh('export x=parent; sh -c "x=child; echo \\$x"; echo $x'), said('child\nparent\n'));
});

test('PID 1 inside has another number outside', async (t) => {
  const child = spawnIn('sh', ['-c', 'echo $$; cat']);
  const [line] = await once(child.stdout!, 'data');
  t.is(String(line), '1\n');
  t.not(child.pid, 1);
  t.regex(readFileSync(`/proc/${child.pid}/status`, 'utf8'), new RegExp(`^NSpid:\\t${child.pid}\\t1$`, 'm'));
  child.stdin?.end();
  await child.exited;
});

test('the numbers begin at 1 again, and the next ones follow', async (t) => {
  t.deepEqual(await sh('echo $$; sh -c "echo \\$\\$"; sh -c "echo \\$\\$"; true'), said('1\n2\n3\n'));
});

test('the parent of PID 1 is nobody that one can see', async (t) => {
  t.deepEqual(await sh('echo $PPID; grep PPid /proc/1/status'), said('0\nPPid:\t0\n'));
});

test('fork goes on after the first child has ended', async (t) => {
  const script =
    'true & wait; i=0; while [ $i -lt 200 ]; do /bin/true || exit 9; i=$((i+1)); done; (sh -c "echo forked")';
  const { stdout, stderr, exitCode } = await run('sh', '-c', script);
  t.deepEqual({ stdout, stderr, exitCode }, { stdout: 'forked\n', stderr: '', exitCode: 0 });
  t.deepEqual(await sh(script), said('forked\n'));
});

test('the end of PID 1 is the end of all', async (t) => {
  const child = spawnIn('sh', ['-c', 'sleep 1000 & echo $!; cat']);
  await once(child.stdout!, 'data');
  const inside = readlinkSync(`/proc/${child.pid}/ns/pid`);
  t.true(listProcessesIn(inside).length >= 2);
  child.stdin?.end();
  await child.exited;
  t.deepEqual(listProcessesIn(inside), []);
});

test('orphans become children of PID 1', async (t) => {
  const isOrphan = 'grep -q "^PPid:.1$" /proc/$$/status';
  const orphan = `for i in $(seq 1000); do ${isOrphan} && break; sleep 0.02; done; grep PPid /proc/$$/status`;
  // Its end is waited for by who reads what it writes.
  const script = `(sh -c '${orphan}' &) | cat`;
  t.deepEqual(await sh(script), said('PPid:\t1\n'));
});

test('a host name that is changed stays inside', async (t) => {
  const before = hostname();
  const { stdout } = await run(
    '--cap-add',
    'SYS_ADMIN',
    '-h',
    'first',
    'sh',
    '-c',
    'hostname; hostname second; hostname',
  );
  t.is(stdout, 'first\nsecond\n');
  t.is(hostname(), before);
});

test('a second /proc shows the same processes, and the first is unchanged', async (t) => {
  const script =
    'mount -t proc proc /mnt; ls /mnt | grep -c "^[0-9]"; ls /proc | grep -c "^[0-9]"; cat /mnt/1/comm; true';
  const { stdout, stderr } = await run('--cap-add', 'SYS_ADMIN', 'sh', '-c', script);
  t.is(stderr, '');
  t.is(stdout, '3\n3\nsh\n');
  t.is(readFileSync('/proc/self/comm', 'utf8'), readFileSync(`/proc/${process.pid}/comm`, 'utf8'));
});

test('the cgroup is there before the process: the first thing it sees is its own limit', async (t) => {
  const isV2 = detectCgroupLayout().mode === 'v2';
  const file = isV2 ? '/sys/fs/cgroup/memory.max' : '/sys/fs/cgroup/memory/memory.limit_in_bytes';
  const { stdout, stderr } = await run('-m', '64m', 'cat', file, '/proc/self/cgroup');
  t.is(stderr, '');
  const [limit, ...groups] = stdout.trim().split('\n');
  t.is(limit, String(64 << 20));
  for (const group of groups) t.regex(group, /^\d+:[^:]*:\/$/);
});

test('the limit holds for the very first process', async (t) => {
  const { exitCode, oomKilled } = await finish(
    spawnIn('tail', ['-c', '100m', '/dev/zero'], { limits: { memory: { limit: 16 << 20, swap: 16 << 20 } } }),
  );
  t.is(exitCode, null);
  t.true(oomKilled);
});

test('a bare `mini run` says what is missing', (t) =>
  assertRefused(t, {
    title: '',
    args: ['run'],
    stderr:
      'failed to run a container: the image (or --rootfs DIR) and the command are missing\nhint: mini run [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]',
  }));

function listProcessesIn(namespace: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/ns/pid`) === namespace;
    } catch {
      return false;
    }
  });
}
