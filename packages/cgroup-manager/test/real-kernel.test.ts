/**
 * Against the kernel itself, where we may make groups: needs root (or a delegated group) and the controllers of each
 * test. Runs on v1, hybrid and v2 alike.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resources } from '@mini/contracts';
import test, { type ExecutionContext } from 'ava';
import { type Cgroup, createCgroup, detectCgroupLayout, openCgroup } from '../src/index.js';
import { findObstacle } from './real-kernel-obstacle.js';

const PARENT = `/mini-test-${process.pid}`;
const MIB = 1024 * 1024;
let count = 0;

/** A test that is skipped, and says why, on a machine that cannot run it. */
function kernelTest(
  id: string,
  title: string,
  controllers: string[],
  run: (t: ExecutionContext) => Promise<void> | void,
): void {
  const obstacle = findObstacle(controllers);
  if (obstacle === undefined) {
    test.serial(title, run);
    return;
  }
  console.log(`skip cgroup-manager.${id}: ${obstacle}`);
  test.skip(title, run);
}

function make(t: ExecutionContext, resources: Resources = {}): Cgroup {
  count += 1;
  const cgroup = createCgroup(detectCgroupLayout(), `${PARENT}/${count}`, resources);
  t.teardown(() => {
    cgroup.kill();
    cgroup.waitEmpty();
    cgroup.remove({ parents: true });
  });
  return cgroup;
}

interface Member {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<[code: number | null, signal: string | null]>;
}

/** Runs a shell script whose first act is to wait until it has joined the group. */
function runInside(cgroup: Cgroup, script: string): Member {
  const child = spawn('sh', ['-c', `read _; ${script}`], { stdio: ['pipe', 'pipe', 'pipe'] });
  const exit = once(child, 'close') as Promise<[number | null, string | null]>;
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const launch = cgroup.openForLaunch({ bornInside: false });
  try {
    for (const fd of launch.joinFds) writeSync(fd, `${child.pid}`);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    launch.close();
  }
  child.stdin?.write('\n');
  return { child, output: () => text, exit };
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(2);
}

kernelTest(
  'join',
  'a process joins every tree, is counted, killed, and nothing is left',
  ['pids'],
  async (t) => {
    const cgroup = make(t);
    const { child, exit } = runInside(cgroup, 'exec sleep 1000');
    t.deepEqual(cgroup.pids(), [child.pid!]);
    const lines = readFileSync(`/proc/${child.pid}/cgroup`, 'utf8').trim().split('\n');
    const joined = lines.filter((line) => line.endsWith(`:${cgroup.path}`));
    t.is(joined.length, cgroup.directories.length, lines.join('\n'));
    t.is(cgroup.stats().pids?.current, 1);
    cgroup.kill();
    t.deepEqual(await exit, [null, 'SIGKILL']);
    cgroup.remove({ parents: true });
    t.is(openCgroup(detectCgroupLayout(), cgroup.path), undefined);
    t.is(openCgroup(detectCgroupLayout(), PARENT), undefined);
  },
);

kernelTest(
  'oom',
  'more memory than the limit: one process is killed, and counted once',
  ['memory'],
  async (t) => {
    const cgroup = make(t, { memory: { limit: 20 * MIB, swap: 20 * MIB } });
    t.is(cgroup.oomKillCount(), 0);
    t.is(cgroup.stats().memory?.limitBytes, 20 * MIB);
    const { exit } = runInside(cgroup, 'exec dd if=/dev/zero of=/dev/null bs=100M count=1');
    t.deepEqual(await exit, [null, 'SIGKILL']);
    t.is(cgroup.oomKillCount(), 1);
    t.is(cgroup.stats().memory?.oomKills, 1);
  },
);

kernelTest('no-oom', 'less memory than the limit: nobody is killed', ['memory'], async (t) => {
  const cgroup = make(t, { memory: { limit: 40 * MIB, swap: 40 * MIB } });
  const { exit } = runInside(cgroup, 'exec dd if=/dev/zero of=/dev/null bs=10M count=1 status=none');
  t.deepEqual(await exit, [0, null]);
  t.is(cgroup.oomKillCount(), 0);
});

kernelTest('fork-limit', 'one process more than the limit cannot be forked', ['pids'], async (t) => {
  const cgroup = make(t, { pids: { limit: 1 } });
  const { exit, output } = runInside(cgroup, '(:); echo forked');
  const [code] = await exit;
  t.is(code, 2);
  t.regex(output(), /[Cc]annot fork/);
  t.notRegex(output(), /forked/);
});

kernelTest('freeze', 'frozen processes use no CPU time, thawed ones go on', ['cpuacct|cpu'], async (t) => {
  const cgroup = make(t);
  runInside(cgroup, 'while :; do :; done');
  const usage = () => cgroup.stats().cpu?.usageNs ?? 0;
  await until(() => usage() > 0);
  cgroup.freeze();
  t.true(cgroup.isFrozen());
  // A process is counted as frozen shortly before it leaves its processor.
  let before = usage();
  await until(() => {
    const last = before;
    before = usage();
    return before === last;
  });
  await sleep(50);
  t.is(usage(), before);
  cgroup.thaw();
  t.false(cgroup.isFrozen());
  await until(() => usage() > before);
  t.pass();
});

kernelTest('kill-frozen', 'frozen processes are killed too', ['pids'], async (t) => {
  const cgroup = make(t);
  const { exit } = runInside(cgroup, 'exec sleep 1000');
  cgroup.freeze();
  cgroup.kill();
  t.deepEqual(await exit, [null, 'SIGKILL']);
  t.true(cgroup.waitEmpty());
});

kernelTest(
  'kill-forking',
  'processes that fork all the time are killed whole, in groups below too',
  ['pids'],
  async (t) => {
    const cgroup = make(t);
    const busy = 'while :; do (:); done &'.repeat(10);
    const { exit } = runInside(cgroup, `${busy} ${'sleep 1000 &'.repeat(15)} wait`);
    await until(() => cgroup.pids().length > 20);
    const inner = createCgroup(detectCgroupLayout(), `${cgroup.path}/inner`);
    const { exit: innerExit } = runInside(inner, 'exec sleep 1000');
    cgroup.destroy();
    t.deepEqual(await innerExit, [null, 'SIGKILL']);
    t.deepEqual(await exit, [null, 'SIGKILL']);
    t.false(cgroup.directories.some(({ directory }) => existsSync(directory)));
  },
);

kernelTest('signal', 'another signal reaches every process', ['pids'], async (t) => {
  const cgroup = make(t);
  const { exit, output } = runInside(
    cgroup,
    'exec 2>/dev/null; trap "echo got; exit 7" USR1; echo up; while :; do sleep 0.01; done',
  );
  await until(() => output().includes('up'));
  cgroup.kill('SIGUSR1');
  t.deepEqual(await exit, [7, null]);
  t.is(output(), 'up\ngot\n');
});

kernelTest('remove-in-use', 'a group in use is not removed, and who uses it is said', ['pids'], async (t) => {
  const cgroup = make(t);
  const { child } = runInside(cgroup, 'exec sleep 1000');
  const first = cgroup.directories[0]!.directory;
  t.throws(() => cgroup.remove({ timeoutMs: 5 }), {
    code: 'cgroup-busy',
    message: `failed to remove cgroup "${first}" (processes in it: ${child.pid}): EBUSY resource busy or locked`,
  });
  t.throws(() => createCgroup(detectCgroupLayout(), cgroup.path), {
    code: 'cgroup-exists',
    message: `failed to create cgroup "${first}": it exists already and is in use`,
  });
  t.deepEqual(cgroup.pids(), [child.pid!]);
});

kernelTest('update', 'limits are raised and lowered while processes run', ['memory', 'cpu', 'pids'], (t) => {
  const cgroup = make(t, {
    memory: { limit: 30 * MIB, swap: 30 * MIB },
    cpu: { quota: 50_000, period: 100_000 },
  });
  runInside(cgroup, 'exec sleep 1000');
  const limit = () => cgroup.stats().memory?.limitBytes;
  cgroup.update({ memory: { limit: 60 * MIB, swap: 90 * MIB } });
  t.is(limit(), 60 * MIB);
  cgroup.update({ memory: { limit: 25 * MIB, swap: 25 * MIB }, cpu: { period: 50_000 }, pids: { limit: 9 } });
  t.is(limit(), 25 * MIB);
  t.is(cgroup.stats().pids?.limit, 9);
  cgroup.update({ memory: { limit: -1 } });
  t.is(limit(), null);
});

kernelTest('refused', 'a refused value names file and field, and leaves no group', ['cpuset'], (t) => {
  const path = `${PARENT}/refused`;
  const error = t.throws(() => createCgroup(detectCgroupLayout(), path, { cpu: { cpus: '8000' } }));
  t.regex(
    error?.message ?? '',
    /^failed to set "cpuset\.cpus" to "8000" \(linux\.resources\.cpu\.cpus\): E[A-Z]+ /,
  );
  t.is(openCgroup(detectCgroupLayout(), PARENT), undefined);
});

kernelTest('devices', 'devices that no rule allows cannot be opened (v1)', ['devices'], async (t) => {
  const cgroup = make(t, {
    devices: [{ allow: false }, { allow: true, type: 'c', major: 1, minor: 3, access: 'rw' }],
  });
  const { exit, output } = runInside(cgroup, ': </dev/null && echo null; : </dev/zero && echo zero');
  await exit;
  t.regex(output(), /null/);
  t.notRegex(output(), /^zero$/m);
  t.regex(output(), /Operation not permitted|cannot open/);
});
