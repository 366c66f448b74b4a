import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCgroup, detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { execa } from 'execa';
import { freshName } from '../support/detached.js';
import { MINI, mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

test.before(async () => {
  await mini(['run', '--rm', '--name', 'e2e-first', '--rootfs', busyboxRoot(), 'true']);
});

/** Runs a shell line in a mount namespace of its own. */
function inOwnMounts(line: string) {
  return execa('unshare', ['--mount', 'sh', '-ec', line], { reject: false });
}

test('a full disk is named, nothing is left, and what is there can be removed', async (t) => {
  const before = takeSnapshot();
  const run = `node ${MINI} run --rm --rootfs ${busyboxRoot()} true`;
  // Sizes at which another file is the first that does not fit.
  for (const pages of [5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 20]) {
    const line = `mount -t tmpfs -o size=${pages * 4}k,mode=700 tmpfs /var/lib/mini; code=0; ${run} || code=$?; find /var/lib/mini -mindepth 2; exit $code`;
    const { exitCode, stdout, stderr } = await inOwnMounts(line);
    if (exitCode !== 0) {
      t.regex(stderr, /^failed to .*: ENOSPC no space left on device$/m, String(pages));
      t.is(exitCode, 125, String(pages));
    }
    t.is(stdout, '', String(pages));
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a container on a disk that is full later is listed, stopped and removed', async (t) => {
  const before = takeSnapshot();
  const name = freshName();
  const words = (...args: string[]) => `node ${MINI} ${args.join(' ')}`;
  const line = [
    'mount -t tmpfs -o size=200k,mode=700 tmpfs /var/lib/mini',
    words(
      'run',
      '-d',
      '--name',
      name,
      '--rootfs',
      busyboxRoot(),
      'sh',
      '-c',
      '"yes | head -c 1000000; sleep 100"',
    ),
    'dd if=/dev/zero of=/var/lib/mini/fill bs=4k 2> /dev/null || true',
    words('ps', '--format', '"{{.Names}} {{.State}}"'),
    `! ${words('run', '-d', '--rootfs', busyboxRoot(), 'true')}`,
    words('stop', '-t', '0', name),
    words('rm', name),
    'rm /var/lib/mini/fill',
    'find /var/lib/mini -mindepth 2',
  ].join('\n');
  const { exitCode, stdout, stderr } = await inOwnMounts(line);
  t.is(exitCode, 0, stderr);
  t.deepEqual(stdout.split('\n').slice(1), [`${name} running`, name, name]);
  t.regex(stderr, /^failed to .*: ENOSPC no space left on device$/);
  t.deepEqual(await differenceSince(before), NOTHING);
});

/** Node itself aborts or crashes with fewer, before it has read anything of mini. */
const LEAST_DESCRIPTORS = 19;

test('few descriptors: either it runs, or it says what it lacked, and the next command leaves nothing', async (t) => {
  const before = takeSnapshot();
  const codes: (number | undefined)[] = [];
  for (let most = 4; most < 100 && codes.at(-1) !== 0; most += most < 18 || most > 21 ? 4 : 1) {
    const line = `ulimit -n ${most}; exec node ${MINI} run --rm --rootfs ${busyboxRoot()} true`;
    const { exitCode, stderr } = await execa('sh', ['-c', line], { reject: false });
    if (most >= LEAST_DESCRIPTORS && exitCode !== 0) {
      t.regex(stderr, /^failed to .*: EMFILE too many open files$/m, `${most}: ${stderr}`);
      t.notRegex(stderr, /bug in mini/);
      t.is(exitCode, 125);
    }
    codes.push(exitCode);
    t.is((await mini(['ps', '-q'])).stderr, '');
    t.deepEqual(await differenceSince(before), NOTHING, String(most));
  }
  t.true(codes.includes(125));
  t.is(codes.at(-1), 0);
});

test('no more processes: a clear error and nothing left', async (t) => {
  const before = takeSnapshot();
  const outcomes = new Set<string>();
  const layout = detectCgroupLayout();
  for (const limit of [9, 10, 11, 12, 13, 14, 16, 20]) {
    const path = `/e2e-pids-${process.pid}`;
    const cgroup = createCgroup(layout, path, { pids: { limit } });
    try {
      const procs = cgroup.directories.map(({ directory }) => `${directory}/cgroup.procs`);
      const join = procs.map((file) => `echo $$ > ${file};`).join(' ');
      const line = `${join} exec node ${MINI} run --rm --rootfs ${busyboxRoot()} true`;
      const { exitCode, signal, stderr } = await execa('sh', ['-c', line], { reject: false });
      // Node needs its threads before mini is read.
      const isNodes =
        signal !== undefined || exitCode === 134 || /node::|uv_thread|pthread|Assertion/.test(stderr);
      if (exitCode !== 0 && !isNodes) t.regex(stderr, /^failed to .*: EAGAIN /, `${limit}: ${stderr}`);
      outcomes.add(exitCode === 0 ? 'runs' : isNodes ? 'node' : 'mini');
      t.deepEqual(await differenceSince(before), NOTHING, String(limit));
    } finally {
      cgroup.kill();
      cgroup.waitEmpty();
      cgroup.remove();
    }
  }
  t.true(outcomes.has('runs'), [...outcomes].join());
});

test('a clock that was set back: a container of the future is listed, stopped and removed', async (t) => {
  const name = freshName();
  const { stdout } = await mini(['run', '-d', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '100']);
  const path = join('/var/lib/mini/containers', stdout.trim(), 'record.json');
  const stored = JSON.parse(readFileSync(path, 'utf8'));
  stored.record.createdMs += 86_400_000;
  writeFileSync(path, JSON.stringify(stored));
  const show = ['ps', '-f', `name=${name}`, '--format', '{{.RunningFor}}|{{.State}}'];
  t.is((await mini(show)).stdout, 'Less than a second ago|running\n');
  t.is((await mini(['stop', '-t', '0', name])).exitCode, 0);
  t.is((await mini(['rm', name])).exitCode, 0);
});
