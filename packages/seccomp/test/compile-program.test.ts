import type { Seccomp } from '@mini/contracts';
import test from 'ava';
import { compileProgram } from '../src/compile-program.js';
import { type Call, runFilter } from './support/run-filter.js';
import { callsOf } from './support/syscalls.js';

const X64 = 'SCMP_ARCH_X86_64';
const numbers = callsOf(X64);

function answer(seccomp: Seccomp, name: string, args: Call['args'] = [], architecture = X64): string {
  const program = compileProgram(seccomp, 'x64');
  return runFilter(program, { architecture, number: callsOf(architecture)[name]!, args });
}

const errno = (names: string[], more: object = {}): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names, action: 'SCMP_ACT_ERRNO', ...more }],
});

test('each action has its return value', (t) => {
  const values = {
    SCMP_ACT_KILL: '0',
    SCMP_ACT_KILL_THREAD: '0',
    SCMP_ACT_KILL_PROCESS: '80000000',
    SCMP_ACT_TRAP: '30000',
    SCMP_ACT_ERRNO: '50001',
    SCMP_ACT_TRACE: '7ff00001',
    SCMP_ACT_LOG: '7ffc0000',
    SCMP_ACT_NOTIFY: '7fc00000',
  } as const;
  for (const [action, value] of Object.entries(values)) {
    const rule = { names: ['getcwd'], action: action as keyof typeof values };
    t.is(answer({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule] }, 'getcwd'), value, action);
  }
});

test('an errno is EPERM unless told', (t) => {
  t.is(answer(errno(['getcwd']), 'getcwd'), '50001');
  t.is(answer(errno(['getcwd'], { errnoRet: 0 }), 'getcwd'), '50000');
  t.is(answer(errno(['getcwd'], { errnoRet: 13 }), 'getcwd'), '5000d');
  t.is(answer(errno(['getcwd']), 'read'), '7fff0000');
  const denying: Seccomp = {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 13,
    syscalls: [{ names: ['read', 'futex_requeue'], action: 'SCMP_ACT_ALLOW' }],
  };
  t.is(answer(denying, 'getcwd'), '5000d');
  t.is(answer(denying, 'read'), '7fff0000');
});

test('all comparisons of a rule must hold', (t) => {
  const seccomp = errno(['socket'], {
    args: [
      { index: 0, op: 'SCMP_CMP_EQ', value: 16 },
      { index: 2, op: 'SCMP_CMP_EQ', value: 9 },
    ],
  });
  t.is(answer(seccomp, 'socket', [16, 0, 9]), '50001');
  t.is(answer(seccomp, 'socket', [16, 0, 8]), '7fff0000');
  t.is(answer(seccomp, 'socket', [2, 0, 9]), '7fff0000');
});

test('of several comparisons of one argument any will do', (t) => {
  const seccomp = errno(['socket'], {
    args: [
      { index: 0, op: 'SCMP_CMP_EQ', value: 16 },
      { index: 0, op: 'SCMP_CMP_EQ', value: 38 },
    ],
  });
  t.deepEqual(
    [16, 38, 2].map((family) => answer(seccomp, 'socket', [family])),
    ['50001', '50001', '7fff0000'],
  );
});

const comparisons = [
  ['SCMP_CMP_NE', [4, 6]],
  ['SCMP_CMP_LT', [4]],
  ['SCMP_CMP_LE', [4, 5]],
  ['SCMP_CMP_EQ', [5]],
  ['SCMP_CMP_GE', [5, 6]],
  ['SCMP_CMP_GT', [6]],
] as const;
for (const [op, holding] of comparisons) {
  test(`${op} compares as it says, in 64 bits`, (t) => {
    for (const base of [0n, 1n << 40n]) {
      const seccomp = errno(['socket'], { args: [{ index: 1, op, value: base + 5n }] });
      const denied = [4, 5, 6].filter(
        (value) => answer(seccomp, 'socket', [0, base + BigInt(value)]) === '50001',
      );
      t.deepEqual(denied, [...holding]);
    }
  });
}

test('SCMP_CMP_MASKED_EQ compares what is under the mask', (t) => {
  const seccomp = errno(['socket'], {
    args: [{ index: 1, op: 'SCMP_CMP_MASKED_EQ', value: 0xf0, valueTwo: 0x20 }],
  });
  t.is(answer(seccomp, 'socket', [0, 0x12f]), '50001');
  t.is(answer(seccomp, 'socket', [0, 0x13f]), '7fff0000');
});

test('without architectures the filter is for the machine alone', (t) => {
  t.is(answer(errno(['getcwd']), 'read', [], 'SCMP_ARCH_X86'), '0');
  const both: Seccomp = { ...errno(['getcwd']), architectures: [X64, 'SCMP_ARCH_X86'] };
  t.is(answer(both, 'getcwd', [], 'SCMP_ARCH_X86'), '50001');
  t.is(answer(both, 'read', [], 'SCMP_ARCH_X86'), '7fff0000');
});

test('a filter can be for another architecture than the own one', (t) => {
  const seccomp: Seccomp = { ...errno(['getcwd']), architectures: ['SCMP_ARCH_AARCH64'] };
  t.is(answer(seccomp, 'getcwd', [], 'SCMP_ARCH_AARCH64'), '50001');
  t.is(answer(seccomp, 'getcwd'), '0');
});

test('names that libseccomp does not know, and rules that change nothing, are passed over', (t) => {
  const seccomp: Seccomp = {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [
      { names: ['no_such_call', 'read', 'futex_requeue'], action: 'SCMP_ACT_ALLOW' },
      { names: ['mount', 'umount2'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
    ],
  };
  t.is(answer(seccomp, 'read'), '7fff0000');
  t.is(answer(seccomp, 'mount'), '50001');
});

test('a rule that stands twice is one rule', (t) => {
  const rule = { names: ['read', 'read', 'futex_requeue'], action: 'SCMP_ACT_ALLOW' } as const;
  t.is(answer({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [rule, rule] }, 'read'), '7fff0000');
});

test('what is newer than the profile answers ENOSYS, unless the default is to kill or to allow', (t) => {
  const syscalls = [{ names: ['read', 'openat2'], action: 'SCMP_ACT_ALLOW' }] as const;
  const newer = (defaultAction: Seccomp['defaultAction']) =>
    answer({ defaultAction, syscalls }, 'futex_requeue');
  t.is(newer('SCMP_ACT_ERRNO'), '50026');
  t.is(newer('SCMP_ACT_KILL_PROCESS'), '80000000');
  t.is(answer({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }, 'mount'), '50001');
  t.true(numbers.openat2! < numbers.futex_requeue!);
  t.is(answer({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: [] }, 'futex_requeue'), '7fff0000');
});
