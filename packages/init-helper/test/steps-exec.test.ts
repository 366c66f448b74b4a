import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { CLONE, type Step } from '@mini/contracts';
import test from 'ava';
import { drivePlan } from './support/driver.js';
import { makeBusyboxRoot, proc, rootSteps, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: executing in a container, it ${skipReason}`);
const ENOENT = 2;
const ENOEXEC = 8;
const EACCES = 13;

/** Runs a command in a small container; `before` comes after pivot_root, `prepare` writes into the root. */
async function run(
  t: import('ava').ExecutionContext,
  argv: readonly string[],
  {
    search = ['/bin'],
    before = [],
    prepare = () => {},
    driver = [],
  }: {
    search?: string[];
    before?: readonly Step[];
    prepare?: (root: string) => void;
    driver?: readonly string[];
  } = {},
) {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  prepare(root);
  const steps: Step[] = [
    ...rootSteps(root),
    proc,
    { op: 'pivot_root' },
    ...before,
    { op: 'find_exec', file: argv[0] ?? '', search },
    { op: 'exec', argv, env: ['A=1', 'B=two words'] },
  ];
  const { stdout } = await drivePlan(steps, [`flags=${CLONE.NEWNS | CLONE.NEWPID}`, ...driver]);
  const failure = (op: string, errno: number) =>
    `control kind=2 stage=6 step=${steps.findLastIndex((step) => step.op === op)} error=${errno}\nexit 1`;
  return { stdout, failure };
}

it('arguments and environment arrive as they are, empty ones too', async (t) => {
  const { stdout } = await run(t, ['sh', '-c', 'echo "$#:$0:$1:$2:$A:$B"', '', 'a b', '']);
  t.is(stdout, '2::a b::1:two words\nexit 0');
  t.is((await run(t, ['env'])).stdout, 'A=1\nB=two words\nexit 0');
});

it('a name is searched for in the given order, a path is not', async (t) => {
  const prepare = (root: string) => {
    for (const directory of ['one', 'two']) mkdirSync(`${root}/${directory}`);
    writeFileSync(`${root}/two/tool`, '#!/bin/sh\necho two $0\n', { mode: 0o755 });
  };
  const search = ['/missing', '/one', '/two', '/bin'];
  t.is((await run(t, ['tool'], { search, prepare })).stdout, 'two /two/tool\nexit 0');
  t.is((await run(t, ['two/tool'], { prepare })).stdout, 'two two/tool\nexit 0');
  const before = [{ op: 'chdir', path: '/two' } as const];
  t.is((await run(t, ['./tool'], { prepare, before })).stdout, 'two ./tool\nexit 0');
  t.is((await run(t, ['tool'], { prepare, before, search: [''] })).stdout, 'two ./tool\nexit 0');
});

it('what is not there', async (t) => {
  for (const name of ['nonesuch', './nonesuch', '/bin/nonesuch', '/bin/sh/x/../y', '']) {
    const { stdout, failure } = await run(t, [name]);
    t.is(stdout, failure('find_exec', name.includes('/x/') ? 20 : ENOENT), name);
  }
});

it('what is there and cannot be run', async (t) => {
  const prepare = (root: string) => {
    mkdirSync(`${root}/first`);
    writeFileSync(`${root}/first/tool`, 'x', { mode: 0o644 });
    writeFileSync(`${root}/plain`, 'x', { mode: 0o644 });
  };
  for (const name of ['/bin', '/plain', 'tool']) {
    const { stdout, failure } = await run(t, [name], { prepare, search: ['/first', '/bin'] });
    t.is(stdout, failure('find_exec', EACCES), name);
  }
});

it('what cannot be run does not hide what can', async (t) => {
  const prepare = (root: string) => {
    mkdirSync(`${root}/first/echo`, { recursive: true });
  };
  t.is((await run(t, ['echo', 'found'], { prepare, search: ['/first', '/bin'] })).stdout, 'found\nexit 0');
});

it("the rights that count are the command's user's", async (t) => {
  const prepare = (root: string) => {
    cpSync('/bin/busybox', `${root}/private`);
    chmodSync(`${root}/private`, 0o700);
  };
  const before = [{ op: 'uid', uid: 1000 } as const];
  const { stdout, failure } = await run(t, ['/private', 'true'], { prepare, before });
  t.is(stdout, failure('find_exec', EACCES));
});

it('a text that names no interpreter, a script whose interpreter is missing', async (t) => {
  const prepare = (root: string) => {
    writeFileSync(`${root}/text`, 'echo never\n', { mode: 0o755 });
    writeFileSync(`${root}/script`, '#!/bin/nonesuch\n', { mode: 0o755 });
  };
  const text = await run(t, ['/text'], { prepare });
  t.is(text.stdout, text.failure('exec', ENOEXEC));
  const script = await run(t, ['/script'], { prepare });
  t.is(script.stdout, script.failure('exec', ENOENT));
});

it('no descriptor leads out of the root by the working directory', async (t) => {
  for (let fd = 0; fd < 20; fd++) {
    const before = [{ op: 'chdir', path: `/proc/self/fd/${fd}` } as const];
    const { stdout } = await run(t, ['sh', '-c', 'echo reached'], { before });
    t.regex(stdout, /^control kind=2 stage=6 step=4 error=(2|20|40)\nexit 1$/, `descriptor ${fd}`);
  }
});

it('a working directory that is a link stays below the root', async (t) => {
  const before: Step[] = [
    { op: 'symlink', content: '../../../bin', path: '/link' },
    { op: 'chdir', path: '/link' },
  ];
  t.is((await run(t, ['sh', '-c', 'pwd -P; ls busybox'], { before })).stdout, '/bin\nbusybox\nexit 0');
});

it('a seccomp filter that allows little is loaded last and holds', async (t) => {
  const before: Step[] = [{ op: 'no_new_privileges' }, { op: 'seccomp', flags: 0, program: denyUname() }];
  const { stdout } = await run(t, ['sh', '-c', 'hostname; grep Seccomp: /proc/self/status'], { before });
  t.regex(stdout, /^(hostname: )?.*Seccomp:\t2\nexit 0$/s);
  t.notRegex(stdout, /^[a-z]+\n/);
});

it('the listener of a filter reaches the parent although the filter forbids to send', async (t) => {
  const program = deny(process.arch === 'arm64' ? 211 : 46); // sendmsg(2)
  const before: Step[] = [{ op: 'no_new_privileges' }, { op: 'seccomp_listener', flags: 0, program }];
  const { stdout } = await run(t, ['sh', '-c', 'grep Seccomp: /proc/self/status; ls /proc/self/fd'], {
    before,
  });
  // One more descriptor is the directory that ls reads.
  t.regex(stdout, /^control kind=70 stage=6 step=0 error=0[^\n]*\nSeccomp:\t2\n0\n1\n2\n3\nexit 0$/);
});

it('a command whose listener nobody takes does not run', async (t) => {
  const before: Step[] = [
    { op: 'no_new_privileges' },
    { op: 'seccomp_listener', flags: 0, program: denyUname() },
  ];
  const { stdout } = await run(t, ['sh', '-c', 'echo ran'], { before, driver: ['hang-up=0'] });
  t.is(stdout, 'control kind=70 stage=6 step=0 error=0\nexit 1');
});

/** A filter that answers EPERM to uname(2) and allows the rest. */
function denyUname(): Uint8Array {
  return deny(process.arch === 'arm64' ? 160 : 63);
}

/** A filter that answers EPERM to one system call. */
function deny(number: number): Uint8Array {
  const words = [
    [0x20, 0, 0, 0],
    [0x15, 0, 1, number],
    [0x06, 0, 0, 0x00050001],
    [0x06, 0, 0, 0x7fff0000],
  ] as const;
  const bytes = new Uint8Array(words.length * 8);
  const view = new DataView(bytes.buffer);
  words.forEach(([code, jumpTrue, jumpFalse, value], index) => {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jumpTrue);
    view.setUint8(index * 8 + 3, jumpFalse);
    view.setUint32(index * 8 + 4, value, true);
  });
  return bytes;
}

it("a limit below what is used is the kernel's to refuse", async (t) => {
  const before = [{ op: 'rlimit', resource: 7, soft: 2, hard: 1 } as const];
  const { stdout, failure } = await run(t, ['true'], { before });
  t.is(stdout, failure('rlimit', 22));
});

it('an alternative runs when the first step fails, and only then', async (t) => {
  const mkdir = (path: string) => ({ op: 'mkdir', path, mode: 0o755 }) as const;
  const broken = { op: 'chdir', path: '/nonesuch', tolerates: ['ENOENT'] } as const;
  const before: Step[] = [
    { ...broken, otherwise: { ...broken, otherwise: mkdir('/third') } },
    { ...mkdir('/a'), tolerates: ['EPERM'], otherwise: mkdir('/never') },
    { ...broken, otherwise: { ...mkdir('/b'), tolerates: ['EPERM'], otherwise: mkdir('/never') } },
    broken,
    mkdir('/last'),
  ];
  const { stdout } = await run(t, ['ls', '/'], { before });
  t.deepEqual(stdout.split('\n'), ['a', 'b', 'bin', 'last', 'proc', 'third', 'exit 0']);
});

it('namespaces can be unshared late', async (t) => {
  const before = [
    { op: 'unshare', flags: CLONE.NEWUTS | CLONE.NEWNET } as const,
    { op: 'hostname', name: 'late' } as const,
  ];
  t.is((await run(t, ['hostname'], { before })).stdout, 'late\nexit 0');
});
