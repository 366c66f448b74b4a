import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertSharesToWeight, detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { findDisk, LIMIT_CASES, type LimitCase, listDiskCases } from '../support/limits.js';
import { runCommand, runScript } from '../support/run-in.js';
import { cgroupDirectory, hold, readCgroupFile } from '../support/running.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const layout = detectCgroupLayout();
const isV2 = layout.mode === 'v2';

/** What must stand in the files of this machine: pairs of file and value. */
const expectationsOf = (each: LimitCase) => Object.entries(isV2 ? each.v2 : each.v1);

/** Where a container sees the file. */
const inside = (file: string) => join('/sys/fs/cgroup', file);

const skippedDisk = findDisk() === undefined ? 'the machine has no disk' : undefined;
const disk = findDisk() ?? { path: '/dev/null', number: '1:3' };

for (const each of [...LIMIT_CASES, ...listDiskCases(disk)]) {
  const [isDisk, files] = [each.flags.includes('device-'), expectationsOf(each).map(([file]) => file)];
  testUnless(
    isDisk ? skippedDisk : undefined,
    'limits.disk',
    `${each.flags}: set before the command starts`,
    async (t) => {
      const running = await hold(
        each.flags.split(' '),
        files.map((file) => `cat ${inside(file)}`).join('\n') || ':',
      );
      const outside = files.map((file) => readOutside(running.pid, file));
      const { stdout, stderr } = await running.finish();
      const values = expectationsOf(each).map(([, value]) => value);
      // The first thing that the command does is to read them: they were there before it.
      t.is(stdout, [...values, 'ready', ''].join('\n'));
      t.deepEqual(outside, values);
      t.is(stderr, '');
    },
  );
}

/** The same file from the machine's side. */
function readOutside(pid: number, file: string): string | undefined {
  const [controller, name] = isV2 ? [file.split('.')[0], file] : file.split('/');
  return readCgroupFile(pid, controller!, name!);
}

test('the weights of the table are those of the formula', (t) => {
  t.deepEqual([512, 1024, 2048].map(convertSharesToWeight), [59, 100, 174]);
});

const WEIGHT_FILES = ['io.bfq.weight', 'io.weight', 'blkio.bfq.weight', 'blkio.weight'];

test('--blkio-weight is set where the kernel has weights', async (t) => {
  const running = await hold(['--blkio-weight', '500']);
  const directory = cgroupDirectory(running.pid, isV2 ? 'io' : 'blkio')!;
  const found = WEIGHT_FILES.filter((name) => existsSync(join(directory, name)));
  const values = found.map((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n')[0]);
  const { stderr } = await running.finish();
  // A kernel without weights says so, in a warning or not: the limit is then no limit of it.
  t.is(stderr, '');
  const wanted: Record<string, string> = {
    'io.bfq.weight': 'default 500',
    'io.weight': 'default 4950',
    'blkio.bfq.weight': '500',
    'blkio.weight': '500',
  };
  if (found.length > 0) t.is(values[0], wanted[found[0]!]);
  else t.pass();
});

test('the command is in every tree, in a group of its own', async (t) => {
  const [one, two] = await Promise.all([hold([]), hold([])]);
  // Not all lines of the file: the kernel also lists trees that are mounted nowhere.
  const groupsOf = (pid: number) =>
    layout.hierarchies.map(({ version, controllers, mountPoint }) => {
      const directory = cgroupDirectory(pid, version === 2 ? 'none' : controllers[0]!);
      return directory?.slice(mountPoint.length);
    });
  const [first, second] = [groupsOf(one.pid), groupsOf(two.pid)];
  await Promise.all([one.finish(), two.finish()]);
  t.true(first.length > 0);
  for (const group of first) t.regex(group ?? '', /^\/mini\/[0-9a-f]{64}$/);
  t.is(new Set(first).size, 1);
  t.not(first[0], second[0]);
});

test('what the command starts is in the group too, also under --init', async (t) => {
  const { stdout } = await runScript(
    ['--init', '--pids-limit', '50'],
    '(sleep 0; cut -d: -f3 /proc/self/cgroup) | sort -u; cut -d: -f3 /proc/1/cgroup | sort -u',
  );
  t.is(stdout, '/\n/\n');
});

test('memory over the limit: the command is killed, mini says why and ends with 137', async (t) => {
  const { exitCode, stderr, stdout } = await runCommand(
    ['--name', 'hog', '-m', '16m'],
    ['sh', '-c', 'echo started; exec tail -c 200m /dev/zero'],
  );
  t.is(stdout, 'started\n');
  t.is(exitCode, 137);
  t.is(stderr, 'the memory limit of "hog" was reached: the kernel killed a process of it\n');
});

test('a child over the limit: the command goes on, and mini says it', async (t) => {
  const { exitCode, stderr, stdout } = await runScript(
    ['--name', 'hog-child', '-m', '16m'],
    'tail -c 200m /dev/zero; echo "child: $?"; exit 5',
  );
  t.is(stdout, 'child: 137\n');
  t.is(exitCode, 5);
  t.regex(stderr, /the memory limit of "hog-child" was reached: the kernel killed a process of it\n$/);
});

test('a command that is killed without a limit is not called out of memory', async (t) => {
  const { exitCode, stderr } = await runScript(['-m', '64m', '--init'], 'kill -9 $$');
  t.deepEqual({ exitCode, stderr }, { exitCode: 137, stderr: '' });
});

test('memory in /dev/shm and tmpfs counts', async (t) => {
  const { exitCode } = await runCommand(
    ['-m', '16m', '--tmpfs', '/mnt:size=500m'],
    ['dd', 'if=/dev/zero', 'of=/mnt/big', 'bs=1M', 'count=100'],
  );
  t.is(exitCode, 137);
});

test('--pids-limit bounds the processes, the container goes on', async (t) => {
  const { stdout, stderr } = await runScript(
    ['--pids-limit', '10'],
    `i=0; while [ $i -lt 20 ]; do (sleep 1000 &) ; i=$((i + 1)); done
     exec cat ${inside(isV2 ? 'pids.current' : 'pids/pids.current')}`,
  );
  t.regex(stderr, /can't fork: Resource temporarily unavailable/);
  t.true(Number(stdout || '10') <= 10, stdout);
});

test('a fork bomb under --pids-limit is bounded and ends with its container', async (t) => {
  const file = inside(isV2 ? 'pids.events' : 'pids/pids.events');
  const before = takeSnapshot();
  const { stdout, exitCode } = await runScript(
    ['--pids-limit', '40', '-m', '64m'],
    // The bomb in the background; this shell waits until the kernel has refused a fork, without forking itself.
    `bomb() { bomb | bomb & }
     (bomb) 2> /dev/null &
     while read -r word count < ${file} && [ "$count" = 0 ]; do :; done
     echo bounded; exit 3`,
  );
  t.is(stdout, 'bounded\n');
  t.is(exitCode, 3);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('--cpuset-cpus is where the command runs', async (t) => {
  const { stdout } = await runCommand(
    ['--cpuset-cpus', '0'],
    ['grep', 'Cpus_allowed_list', '/proc/self/status'],
  );
  t.is(stdout, 'Cpus_allowed_list:\t0\n');
});

test('--cpus is enforced', async (t) => {
  // Keeps the processor busy, without a fork, until the kernel has held it back.
  const { stdout } = await runScript(
    ['--cpus', '0.1'],
    `held=0; while [ "$held" = 0 ]; do
       while read -r name count; do [ "$name" = nr_throttled ] && held=$count; done < ${inside(isV2 ? 'cpu.stat' : 'cpu/cpu.stat')}
     done; echo held`,
  );
  t.is(stdout, 'held\n');
});

test('a disk of the machine cannot be opened through a node that the container makes', async (t) => {
  const [major, minor] = disk.number.split(':');
  const { stdout, stderr } = await runScript(
    [],
    `mknod /dev/disk b ${major} ${minor} && echo made; head -c 1 /dev/disk`,
  );
  t.is(stdout, 'made\n');
  t.is(stderr, 'head: /dev/disk: Operation not permitted\n');
});

test('the groups are gone afterwards, also when processes were left in them', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['-m', '64m', '--pids-limit', '20'], 'sleep 1000 & sleep 1000 & setsid sleep 1000 & true');
  await runScript(['--init'], 'sleep 1000 & setsid sleep 1000 & true');
  await runCommand(['-m', '16m'], ['tail', '-c', '200m', '/dev/zero']);
  await runCommand(['--cpuset-cpus', '4000'], ['true']);
  t.deepEqual(await differenceSince(before), NOTHING);
});
