import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createCgroup, detectCgroupLayout } from '@mini/cgroup-manager';
import { encodePlan, type Step } from '@mini/contracts';
import { initHelperPath } from '@mini/init-helper';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { scratchFile } from '../support/bad.js';
import { copyInstallation, type Installation } from '../support/installation.js';
import { startMini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = busyboxRoot();
const ADDON = 'runtime-core/dist/native/Release/mini_runtime.node';
const INIT = 'init-helper/dist/bin/mini-init';
const MONITOR = 'monitor-helper/dist/bin/mini-monitor';
const NOT_FOUND = 'ENOENT no such file or directory';

/** Runs a copy of mini after `breakIt` has been at it. */
async function assertBroken(
  t: ExecutionContext,
  breakIt: (installation: Installation) => void,
  stderr: (installation: Installation) => string,
): Promise<void> {
  const installation = copyInstallation();
  const run = () =>
    execa(installation.mini, ['run', '--rm', '--rootfs', root, 'true'], { reject: false, stdin: 'ignore' });
  t.is((await run()).exitCode, 0, 'the copy works before it is broken');
  breakIt(installation);
  const before = takeSnapshot();
  const result = await run();
  t.deepEqual(
    { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr },
    { exitCode: 125, stdout: '', stderr: stderr(installation) },
  );
  t.deepEqual(await differenceSince(before), NOTHING);
}

const BUILD = (name: string) => `hint: build it with "npx nx build ${name}"`;
const OTHER_MACHINE = `hint: it was built for another machine than ${process.platform} ${process.arch}; build it here with "npx nx build runtime-core"`;

test('the addon is missing', (t) =>
  assertBroken(
    t,
    ({ file }) => rmSync(file(ADDON)),
    ({ file }) => `failed to load the addon "${file(ADDON)}": ${NOT_FOUND}\n${BUILD('runtime-core')}`,
  ));

test('the addon was built for another machine', (t) =>
  assertBroken(
    t,
    ({ file }) => changeMachine(file(ADDON)),
    ({ file }) =>
      `failed to load the addon "${file(ADDON)}": ${file(ADDON)}: cannot open shared object file: No such file or directory\n${OTHER_MACHINE}`,
  ));

test('the addon is no shared object', (t) =>
  assertBroken(
    t,
    ({ file }) => writeFileSync(file(ADDON), 'this is text, and long enough for a header\n'.repeat(9)),
    ({ file }) =>
      `failed to load the addon "${file(ADDON)}": ${file(ADDON)}: invalid ELF header\n${OTHER_MACHINE}`,
  ));

test('the init helper is missing', (t) =>
  assertBroken(
    t,
    ({ file }) => rmSync(file(INIT)),
    ({ file }) =>
      `failed to find the helper "mini-init": ${NOT_FOUND} "${file(INIT)}"\n${BUILD('init-helper')}`,
  ));

test('the init helper was built for another machine', (t) =>
  assertBroken(
    t,
    ({ file }) => changeMachine(file(INIT)),
    () => 'failed to run the init helper: ENOEXEC exec format error',
  ));

test('the monitor is missing', (t) =>
  assertBroken(
    t,
    ({ file }) => rmSync(file(MONITOR)),
    ({ file }) =>
      `failed to find the helper "mini-monitor": ${NOT_FOUND} "${file(MONITOR)}"\n${BUILD('monitor-helper')}`,
  ));

test('a package is missing', (t) =>
  assertBroken(
    t,
    ({ file }) => rmSync(file('runtime-core'), { recursive: true }),
    () =>
      `failed to find the package "@mini/runtime-core": Cannot find module '@mini/runtime-core'\nhint: install @mini/cli again`,
  ));

/** Makes an ELF file one of a machine that does not exist: `e_machine` of its header, see elf(5). */
function changeMachine(path: string): void {
  const bytes = readFileSync(path);
  bytes.writeUInt16LE(0xfeed, 18);
  writeFileSync(path, bytes);
}

/** The real helper, as somebody would start it who found it in the package. */
function startByHand(plan?: Uint8Array) {
  const fd = plan === undefined ? [] : [openSync(scratchFile('plan.bin', plan), 'r')];
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe', ...fd];
  const { status, stdout, stderr } = spawnSync(initHelperPath(), { stdio, encoding: 'utf8' });
  fd.forEach(closeSync);
  return { exitCode: status, stdout, stderr };
}

const plan = (steps: readonly Step[]) => new Uint8Array(encodePlan({ steps }));
const steps: readonly Step[] = [
  { op: 'hostname', name: 'inside' },
  { op: 'exec', argv: ['/bin/true'], env: [] },
];

test('the init helper started by hand', (t) => {
  t.deepEqual(startByHand(), {
    exitCode: 125,
    stdout: '',
    stderr: 'failed to start "mini-init": there is no plan on descriptor 3\n',
  });
});

const badPlans: readonly (readonly [title: string, bytes: Uint8Array, reason: string])[] = [
  ['a plan that is cut', plan(steps).subarray(0, -8), 'the length is not what the header says'],
  ['a plan that is over-long', new Uint8Array((1 << 20) + 1), 'it is longer than 1 MiB'],
  ['a plan with an unknown step', withUnknownStep(plan(steps)), 'the step is unknown (record 0)'],
];

for (const [title, bytes, reason] of badPlans) {
  test(`the init helper is given ${title}`, (t) => {
    t.deepEqual(startByHand(bytes), {
      exitCode: 125,
      stdout: '',
      stderr: `failed to check the plan: ${reason}\n`,
    });
  });
}

/** The number of a step stands first in its record, and the first record behind the header of 16 bytes. */
function withUnknownStep(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer).setUint16(16, 0x7fff, true);
  return bytes;
}

/** Runs mini below `sh -c SCRIPT`, whose last words must be `exec "$@"`. */
async function runBelow(script: string, words: readonly string[], program: readonly string[] = ['sh', '-c']) {
  const args = ['run', '--rm', '--rootfs', root, ...words];
  const { exitCode, stdout, stderr } = await startMini(args, {}, [...program, script, 'sh']);
  return { exitCode, stdout, stderr: String(stderr) };
}

/** In a mount namespace of its own with another file system over mini's data. */
const withData = (options: string, words: readonly string[]) =>
  runBelow(`mount -t tmpfs -o mode=700,${options} tmpfs /var/lib/mini && exec "$@"`, words, [
    'unshare',
    '--mount',
    'sh',
    '-c',
  ]);

test('a data directory that is read-only', async (t) => {
  const before = takeSnapshot();
  t.deepEqual(await withData('ro', ['true']), {
    exitCode: 125,
    stdout: '',
    stderr: 'failed to make "/var/lib/mini/containers": EROFS read-only file system\n',
  });
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a data directory that is full', async (t) => {
  const before = takeSnapshot();
  for (const options of ['size=4k', 'nr_inodes=3', 'nr_inodes=5', 'nr_inodes=6']) {
    const { exitCode, stderr } = await withData(options, ['true']);
    t.is(exitCode, 125, options);
    t.regex(stderr, /^failed to [^\n]+: ENOSPC no space left on device\n$/, options);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('too few descriptors', async (t) => {
  const before = takeSnapshot();
  const seen = new Set<number | undefined>();
  for (let most = 22; most <= 64; most += 6) {
    const { exitCode, stderr } = await runBelow(`ulimit -n ${most}; exec "$@"`, ['true']);
    // So few that Node itself cannot begin.
    if (stderr.startsWith('node:')) continue;
    seen.add(exitCode);
    if (exitCode !== 0) t.regex(stderr, /^failed to [^\n]+: EMFILE too many open files\n$/, `${most}`);
  }
  t.deepEqual([...seen].sort(), [0, 125]);
  t.deepEqual(await differenceSince(before), NOTHING);
});

/** With fewer threads than it begins with Node hangs, before there is mini: main, four workers, two of its own. */
const LEAST_FOR_NODE = 8;

test('too few processes', async (t) => {
  // Whatever is left of a mini that has crashed holds its streams open: without this the test would wait for ever.
  t.timeout(60_000);
  const before = takeSnapshot();
  const seen = new Set<number | undefined>();
  for (let limit = LEAST_FOR_NODE; limit <= 20; limit += 2) {
    const layout = detectCgroupLayout();
    const group = createCgroup(
      layout,
      `/mini-test-${process.pid}`,
      { pids: { limit } },
      { controllers: ['pids'] },
    );
    const directory = group.directories.find(({ hierarchy }) =>
      hierarchy.controllers.includes('pids'),
    )?.directory;
    const { exitCode, stderr } = await runBelow(`echo $$ > ${directory}/cgroup.procs; exec "$@"`, ['true']);
    group.remove();
    t.notRegex(stderr, /terminate called|bug in mini/, `${limit}`);
    seen.add(exitCode);
    if (exitCode === 125)
      t.regex(stderr, /failed to [^\n]+: EAGAIN resource temporarily unavailable\n$/, `${limit}`);
  }
  t.deepEqual([...seen].sort(), [0, 125]);
  t.deepEqual(await differenceSince(before), NOTHING);
});
