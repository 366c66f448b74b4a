import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { type Ctr, startCtr } from '../support/ctr.js';
import { whyNoProgram } from '../support/daemon.js';
import { openPodman } from '../support/podman.js';
import { cgroupDirectory, readCgroupFile } from '../support/running.js';
import { testUnless } from '../support/skip.js';
import { waitFor } from '../support/wait.js';

/** These are tried on pure cgroup v2 too: in the virtual machine. */
const noPodman = whyNoProgram('podman', 'conmon');
const noContainerd = whyNoProgram('containerd', 'ctr');
const podman = openPodman();
let ctr: Ctr;

test.before(async () => {
  if (noContainerd === undefined) ctr = await startCtr();
});

test.after.always(async () => {
  if (noPodman === undefined) await podman.call('rm', '-fa', '-t', '0');
  await ctr?.stop();
});

/** Takes more memory than a limit of 32 MiB, and then says so. */
const GREEDY = ['sh', '-c', 'dd if=/dev/zero of=/dev/null bs=100M count=1; echo "ended with $?"'];
const BUSY = ['sh', '-c', 'while :; do :; done'];

/** Limits as the kernel has them: memory in bytes, CPU time as quota and period, processes. */
function readLimits(pid: number): string[] {
  const read = (controller: string, v1: string, v2: string) => {
    const directory = cgroupDirectory(pid, controller)!;
    const name = readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`:${controller}:`) ? v1 : v2;
    return readFileSync(join(directory, name), 'utf8').trim();
  };
  return [
    read('memory', 'memory.limit_in_bytes', 'memory.max'),
    read('cpu', 'cpu.cfs_quota_us', 'cpu.max').split(' ')[0]!,
    read('pids', 'pids.max', 'pids.max'),
  ];
}

/** The kernel has held it back. */
async function isThrottled(pid: number): Promise<number> {
  return await waitFor('the quota', () => {
    const [, count = '0'] = /^nr_throttled (\d+)$/m.exec(readCgroupFile(pid, 'cpu', 'cpu.stat') ?? '') ?? [];
    return Number(count) > 0 && Number(count);
  });
}

testUnless(noPodman, 'oci.client-limits', 'podman: limits are set, kept and changed', async (t) => {
  const flags = ['-d', '--name', 'held', '--memory', '64m', '--cpus', '0.1', '--pids-limit', '20'];
  t.like(await podman.run(flags, ...BUSY), { exitCode: 0, stderr: '' });
  const pid = Number((await podman.call('inspect', '--format', '{{.State.Pid}}', 'held')).stdout);
  t.deepEqual(readLimits(pid), [String(64 << 20), '10000', '20']);
  t.true((await isThrottled(pid)) > 0);
  t.is((await podman.call('pause', 'held')).exitCode, 0);
  t.is((await podman.call('inspect', '--format', '{{.State.Status}}', 'held')).stdout, 'paused');
  t.is((await podman.call('unpause', 'held')).exitCode, 0);
  t.is((await podman.call('update', '--memory', '48m', '--cpus', '0.2', 'held')).exitCode, 0);
  t.deepEqual(readLimits(pid).slice(0, 2), [String(48 << 20), '20000']);
  const { stdout } = await podman.call('stats', '--no-stream', '--format', '{{.MemUsage}} {{.PIDS}}', 'held');
  // podman shows the limit that the container began with, whatever the runtime.
  t.regex(stdout, /^\S+ \/ 67\.11MB 1$/);
  t.is((await podman.call('exec', 'held', 'sh', '-c', 'exit 3')).exitCode, 3);
});

testUnless(noPodman, 'oci.client-limits', 'podman: who takes too much is stopped', async (t) => {
  const greedy = await podman.run(['--rm', '--memory', '32m', '--memory-swap', '32m'], ...GREEDY);
  t.regex(greedy.stdout, /^ended with 137$/m);
  const forks = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 100 & done; echo all';
  const many = await podman.run(['--rm', '--pids-limit', '5'], 'sh', '-c', forks);
  t.regex(many.stderr, /can't fork: Resource temporarily unavailable/);
  t.is(many.stdout, '');
});

testUnless(noContainerd, 'oci.client-limits', 'containerd: limits are set and kept', async (t) => {
  const flags = ['--memory-limit', '33554432', '--cpu-quota', '10000', '--cpu-period', '100000'];
  t.regex((await ctr.run('greedy', ['--rm', ...flags], ...GREEDY)).stdout, /^ended with 137$/m);
  t.like(await ctr.run('held', ['-d', ...flags], ...BUSY), { exitCode: 0, stderr: '' });
  const [, pid = '0'] = /^held\s+(\d+)/m.exec((await ctr.call('task', 'ls')).stdout) ?? [];
  t.deepEqual(readLimits(Number(pid)).slice(0, 2), ['33554432', '10000']);
  t.true((await isThrottled(Number(pid))) > 0);
  t.is((await ctr.call('task', 'pause', 'held')).exitCode, 0);
  t.regex((await ctr.call('task', 'ls')).stdout, /^held\s+\d+\s+PAUSED/m);
  t.is((await ctr.call('task', 'resume', 'held')).exitCode, 0);
  t.is((await ctr.call('task', 'exec', '--exec-id', 'e', 'held', 'sh', '-c', 'exit 3')).exitCode, 3);
  t.is((await ctr.call('task', 'metrics', 'held')).exitCode, 0);
  t.is((await ctr.call('task', 'rm', '-f', 'held')).exitCode, 0);
});

testUnless(
  noContainerd,
  'oci.client-limits',
  'an engine that wants systemd for its groups has it, or is told why not',
  async (t) => {
    const { exitCode, stderr } = await ctr.run(
      'systemd',
      ['--rm', '--runc-systemd-cgroup', '--cgroup', 'machine.slice:ctr:one'],
      'true',
    );
    if (existsSync('/run/systemd/private') && detectCgroupLayout().mode === 'v2') {
      t.is(exitCode, 0, stderr);
      return;
    }
    t.not(exitCode, 0);
    t.regex(
      stderr,
      /failed to start systemd's unit "ctr-one.scope": failed to connect to "\/run\/systemd\/private": ENOENT|failed to use systemd for cgroups: this machine has not cgroup v2 alone/,
    );
  },
);
