import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratchDirectory } from '../support/bad.js';
import { whyNoCompiler } from '../support/compile-program.js';
import { installKeeper, type Keeper } from '../support/keep-plan.js';
import { mini } from '../support/mini.js';
import {
  AS_NOBODY,
  freshHome,
  listContainersOf,
  miniAsNobody,
  whyNoOrdinaryUser,
} from '../support/ordinary-user.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = busyboxRoot();
const scratch = scratchDirectory();
const noKeeper = whyNoCompiler();

let keeper: Keeper | undefined;

interface JsonStep {
  readonly op: string;
  readonly origin?: string;
  readonly otherwise?: JsonStep;
  readonly [field: string]: unknown;
}

/**
 * A step as it comes out of the decoder: `origin` says where in the Spec it comes from, which is for people and does not
 * travel, and the numbers that travel have no sign.
 */
function asDecoded({ origin: _, otherwise, ...step }: JsonStep): unknown {
  const fields = Object.entries(step).map(([field, value]) => [
    field,
    typeof value === 'number' && value < 0 ? String(BigInt.asUintN(64, BigInt(value))) : value,
  ]);
  return {
    ...Object.fromEntries(fields),
    ...(otherwise === undefined ? {} : { otherwise: asDecoded(otherwise) }),
  };
}

/** The id that a container got, as the one that stands in what --explain shows. */
function withoutId(text: string): string {
  const id = /\/containers\/([0-9a-f]{64})/.exec(text)?.[1];
  if (id === undefined) return text;
  return text.replaceAll(id, '0'.repeat(64)).replaceAll(id.slice(0, 12), '0'.repeat(12));
}

/** As formatPlanJson writes it. */
function toJson(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return value;
}

/** The container is run, and what its helper was given is what `--explain` shows. */
async function assertExplained(
  t: ExecutionContext,
  words: readonly string[],
  wrapper: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<void> {
  keeper ??= installKeeper();
  const real = await keeper.run(['run', '--rm', ...words], wrapper, env);
  t.is(real.stderr, '');
  t.is(real.exitCode, 0);
  const shown = await keeper.explain(['run', '--explain', '--format', 'json', ...words], wrapper, env);
  const received = JSON.parse(withoutId(JSON.stringify(real.plan, toJson)));
  t.true(received.steps.length > 20);
  t.deepEqual(received.steps, JSON.parse(shown).steps.map(asDecoded));
}

const CASES: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['a directory', ['--rootfs', root, 'true']],
  ['a directory under a throw-away layer', ['--rootfs', `${root}:O`, 'true']],
  ['the image host', ['host', 'true']],
  ['a read-only root and tmpfs', ['--rootfs', root, '--read-only', '--tmpfs', '/mnt:size=1m,exec', 'true']],
  ['mounts', ['--rootfs', root, '-v', `${scratch}:/mnt:ro`, '--mount', 'type=tmpfs,target=/tmp', 'true']],
  [
    'the process',
    [
      '--rootfs',
      root,
      '-u',
      '1000:1001',
      '--group-add',
      '7',
      '-w',
      '/tmp',
      '-e',
      'A=b c',
      '--init',
      'sh',
      '-c',
      'true',
    ],
  ],
  [
    'rights',
    [
      '--rootfs',
      root,
      '--cap-drop',
      'ALL',
      '--cap-add',
      'CHOWN',
      '--security-opt',
      'no-new-privileges=false',
      '--ulimit',
      'nofile=64:128',
      'true',
    ],
  ],
  [
    'names and kernel parameters',
    ['--rootfs', root, '-h', 'box', '--sysctl', 'net.ipv4.ip_forward=1', 'true'],
  ],
  [
    'namespaces of the host',
    ['--rootfs', root, '--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host', 'true'],
  ],
  [
    'devices and shared memory',
    ['--rootfs', root, '--device', '/dev/null:/dev/nil', '--shm-size', '1m', 'true'],
  ],
  ['a terminal', ['--rootfs', root, '-t', 'true']],
  ['limits', ['--rootfs', root, '-m', '64m', '--pids-limit', '10', 'true']],
];

for (const [title, words] of CASES) {
  testUnless(noKeeper, 'keep-plan', `the helper receives what --explain shows: ${title}`, (t) =>
    assertExplained(t, words),
  );
}

testUnless(noKeeper, 'keep-plan', 'the helper receives what --explain shows: a configuration file', (t) => {
  const path = join(scratch, 'explained.yaml');
  writeFileSync(
    path,
    `rootfs: ${root}\ncommand: [sh, -c, 'true']\nhostname: filed\nmounts: [{type: tmpfs, target: /mnt}]\n`,
  );
  return assertExplained(t, ['--config', path, '-e', 'A=1']);
});

testUnless(
  noKeeper ?? whyNoOrdinaryUser(),
  'ordinary-user',
  'the helper receives what --explain shows: to an ordinary user',
  async (t) => {
    const env = { HOME: freshHome(), XDG_DATA_HOME: '', XDG_RUNTIME_DIR: '' };
    await assertExplained(t, ['--rootfs', freshBusyboxRoot(), 'true'], AS_NOBODY, env);
    await assertExplained(t, ['--rootfs', `${root}:O`, 'true'], AS_NOBODY, env);
  },
);

test('--explain is readable: a numbered line a step, with its origin', async (t) => {
  const { stdout, stderr, exitCode } = await mini([
    'run',
    '--explain',
    '--rootfs',
    root,
    '-h',
    'box',
    'echo',
    'a b',
  ]);
  t.is(stderr, '');
  t.is(exitCode, 0);
  const lines = stdout.trimEnd().split('\n');
  const numbers = lines.map((line) => line.trim().split(/\s+/)[0]).filter((word) => word !== 'or');
  t.deepEqual(
    numbers,
    numbers.map((_, index) => String(index + 1)),
  );
  t.regex(stdout, /^ *\d+ {2}hostname +name="box" +# hostname; sethostname\(2\)$/m);
  t.regex(stdout, /^ *\d+ {2}pivot_root +# root\.path; /m);
  t.regex(
    lines.at(-1) ?? '',
    /^ *\d+ {2}exec +argv=\["echo", "a b"\] env=\["PATH=[^\]]*\] +# process\.args; /,
  );
});

test('--explain makes nothing', async (t) => {
  const before = takeSnapshot();
  const marker = join(scratch, 'ran');
  const cidfile = join(scratch, 'explained-cid');
  const words = ['--cidfile', cidfile, '-v', `${scratch}/made:/mnt`, '--rootfs', root, 'touch', marker];
  t.is((await mini(['run', '--explain', ...words])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
  const { stdout } = await mini(['run', '--rm', '-v', `${scratch}:/mnt`, '--rootfs', root, 'ls', '/mnt']);
  t.notRegex(stdout, /ran|explained-cid|made/);
});

test('--explain finds what is wrong, as run does', async (t) => {
  const missing = await mini(['run', '--explain', '--rootfs', '/nowhere', 'true']);
  t.deepEqual(missing, {
    exitCode: 125,
    stdout: '',
    stderr: 'failed to open the root "/nowhere": ENOENT no such file or directory\n',
    signal: undefined,
  });
  const user = await mini(['run', '--explain', '--rootfs', root, '-u', 'nouser', 'true']);
  t.is(user.stderr, 'failed to find the user "nouser": no such entry in "/etc/passwd" of the root\n');
  t.is(user.exitCode, 125);
});

testUnless(whyNoOrdinaryUser(), 'ordinary-user', '--explain needs no root and no home', async (t) => {
  const home = freshHome();
  const before = takeSnapshot();
  for (const words of [
    ['--rootfs', root, 'true'],
    ['--rootfs', `${root}:O`, 'true'],
    ['host', 'true'],
  ]) {
    const { stdout, stderr, exitCode } = await miniAsNobody(['run', '--explain', ...words], home);
    t.is(stderr, '');
    t.is(exitCode, 0);
    t.regex(stdout, /^ *1 {2}barrier +id=5 +# process; /);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
  t.deepEqual(listContainersOf(home), []);
  const homeless = await miniAsNobody(['run', '--explain', '--rootfs', root, 'true'], '/nonexistent');
  t.is(homeless.stderr, '');
  t.is(homeless.exitCode, 0);
});
