import type { CapabilityName } from '@mini/contracts';
import test from 'ava';
import { readProfile } from '../../src/profile/read-profile.js';
import { resolveProfile } from '../../src/profile/resolve-profile.js';

const facts = {
  capabilities: ['CAP_CHOWN'] as CapabilityName[],
  machine: 'x64',
  kernelRelease: '6.1.0-13-amd64',
};
const names = (syscalls: unknown[], change: Partial<typeof facts> = {}) =>
  resolveProfile(readProfile({ defaultAction: 'SCMP_ACT_ERRNO', syscalls }), {
    ...facts,
    ...change,
  }).syscalls?.map((rule) => rule.names.join());
const rule = (name: string, more: object = {}) => ({ names: [name], action: 'SCMP_ACT_ALLOW', ...more });

test('what is already linux.seccomp comes through as it is', (t) => {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
    flags: ['SECCOMP_FILTER_FLAG_LOG'],
    syscalls: [
      {
        names: ['socket'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: 2,
        args: [{ index: 0, value: 16, valueTwo: 0, op: 'SCMP_CMP_EQ' }],
      },
    ],
  };
  t.deepEqual(resolveProfile(readProfile(seccomp), facts) as unknown, seccomp);
});

test('capabilities include a rule when all are there, and exclude it when any is', (t) => {
  const syscalls = [
    rule('a', { includes: { caps: ['CAP_CHOWN'] } }),
    rule('b', { includes: { caps: ['CAP_CHOWN', 'CAP_SYS_ADMIN'] } }),
    rule('c', { excludes: { caps: ['CAP_SYS_ADMIN', 'CAP_KILL'] } }),
  ];
  t.deepEqual(names(syscalls), ['a', 'c']);
  t.deepEqual(names(syscalls, { capabilities: ['CAP_CHOWN', 'CAP_SYS_ADMIN'] }), ['a', 'b']);
});

test('architectures and kernels are conditions too', (t) => {
  const syscalls = [
    rule('a', { includes: { arches: ['amd64', 'x32'] } }),
    rule('b', { includes: { arches: ['arm64'] } }),
    rule('c', { excludes: { arches: ['s390', 's390x'] } }),
    rule('d', { includes: { minKernel: '4.8' } }),
    rule('e', { includes: { minKernel: '6.2' } }),
    rule('f', { excludes: { minKernel: '6.1' } }),
  ];
  t.deepEqual(names(syscalls), ['a', 'c', 'd']);
  t.deepEqual(names(syscalls, { machine: 'arm64', kernelRelease: '6.2-rc1' }), ['b', 'c', 'd', 'e']);
});

test('a map of architectures gives those of the machine', (t) => {
  const archMap = [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
  ];
  const resolve = (machine: string) =>
    resolveProfile(readProfile({ defaultAction: 'SCMP_ACT_ALLOW', archMap }), { ...facts, machine })
      .architectures;
  t.deepEqual(resolve('x64'), ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']);
  t.deepEqual(resolve('arm64'), ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']);
  t.deepEqual(resolve('s390x'), []);
});

test('old names and the nulls of Go are taken', (t) => {
  const old = {
    name: 'read',
    action: 'SCMP_ACT_ALLOW',
    args: null,
    includes: null,
    excludes: {},
    comment: 'x',
  };
  t.deepEqual(names([old]), ['read']);
  t.is(
    readProfile({ defaultAction: 'SCMP_ACT_ALLOW', defaultErrnoRet: null, syscalls: null }).syscalls,
    undefined,
  );
});

const refused: readonly (readonly [string, unknown, string])[] = [
  ['a list', [], 'it is not an object'],
  ['null', null, 'it is not an object'],
  ['no default', {}, 'defaultAction is missing'],
  [
    'everything that is wrong at once',
    {
      defaultAction: 1,
      architectures: 'x',
      syscalls: [{ names: [1], action: 'SCMP_ACT_ALLOW', args: [{ index: -1, op: 'SCMP_CMP_EQ' }] }, 5],
    },
    'defaultAction is not a string; architectures is not a list; syscalls[0].names[0] is not a string; syscalls[0].args[0].value is missing; syscalls[0].args[0].index is not a whole number of at least 0; syscalls[1] is not an object',
  ],
  [
    'architectures twice',
    { defaultAction: 'SCMP_ACT_ALLOW', architectures: [], archMap: [] },
    'architectures and archMap exclude each other',
  ],
  [
    'names twice',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [rule('a', { name: 'b' })] },
    'syscalls[0].name and .names exclude each other',
  ],
];
for (const [what, value, problem] of refused) {
  test(`${what} is refused`, (t) => {
    t.throws(() => resolveProfile(readProfile(value), facts), {
      code: 'bad-seccomp',
      message: `failed to read the seccomp profile: ${problem}`,
    });
  });
}
