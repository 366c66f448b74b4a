import type { Seccomp } from '@mini/contracts';
import test from 'ava';
import { compileProgram } from '../src/compile-program.js';
import { compileSeccomp, type FilterCache } from '../src/compile-seccomp.js';
import { defaultSeccomp } from '../src/default-profile/default-seccomp.js';
import { decodeFilter, encodeFilter, fileNameOf, keyOf, readShipped } from '../src/filter-files.js';

const profile: Seccomp = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['getcwd'], action: 'SCMP_ACT_ERRNO', errnoRet: 13 }],
};

/** A cache that remembers what it was asked for. */
function recordCache(): FilterCache & { files: Map<string, Uint8Array>; asked: string[] } {
  const files = new Map<string, Uint8Array>();
  const asked: string[] = [];
  return {
    files,
    asked,
    read(name) {
      asked.push(name);
      return files.get(name);
    },
    write: (name, bytes) => void files.set(name, bytes),
  };
}

for (const machine of ['x64', 'arm64']) {
  test(`the default filter for ${machine} is shipped, and is what would be compiled`, (t) => {
    const seccomp = defaultSeccomp(['CAP_CHOWN', 'CAP_NET_BIND_SERVICE'], machine);
    const key = keyOf(seccomp, machine);
    t.deepEqual(decodeFilter(key, readShipped(machine)), Buffer.from(compileProgram(seccomp, machine)));
    const cache = recordCache();
    compileSeccomp(seccomp, cache, machine);
    t.deepEqual([cache.asked, cache.files.size], [[], 0]);
  });
}

test('what is compiled is kept, and taken from there the next time', (t) => {
  const cache = recordCache();
  const first = compileSeccomp(profile, cache, 'x64');
  t.is(cache.files.size, 1);
  const [[name, bytes]] = [...cache.files] as [[string, Uint8Array]];
  const marked = Buffer.from(bytes);
  marked[marked.length - 8] = 0x99;
  cache.files.set(name, marked);
  t.is(compileSeccomp(profile, cache, 'x64').program.at(-8), 0x99);
  t.not(first.program.at(-8), 0x99);
});

test('a kept filter is not taken for that of another profile, nor a torn one for a whole', (t) => {
  const program = new Uint8Array(16);
  const file = encodeFilter('a key', program);
  t.deepEqual(decodeFilter('a key', file), Buffer.from(program));
  t.is(decodeFilter('b key', file), undefined);
  t.is(decodeFilter('a key', file.subarray(0, file.length - 3)), undefined);
  t.is(decodeFilter('a key', file.subarray(0, 9)), undefined);
  t.is(decodeFilter('a key', file.subarray(0, 2)), undefined);
  t.is(decodeFilter('a key', new Uint8Array()), undefined);
});

test('each part of a profile makes another key; flags and listener do not', (t) => {
  const key = keyOf(profile, 'x64');
  const others: Seccomp[] = [
    { ...profile, defaultAction: 'SCMP_ACT_LOG' },
    { ...profile, defaultErrnoRet: 3 },
    { ...profile, architectures: ['SCMP_ARCH_X86'] },
    { ...profile, syscalls: [{ names: ['getcwd'], action: 'SCMP_ACT_ERRNO', errnoRet: 14 }] },
  ];
  for (const other of others) t.not(keyOf(other, 'x64'), key);
  t.not(keyOf(profile, 'arm64'), key);
  t.is(keyOf({ ...profile, flags: ['SECCOMP_FILTER_FLAG_LOG'], listenerPath: '/x' }, 'x64'), key);
  t.is(fileNameOf(key), fileNameOf(key));
  t.not(fileNameOf(key), fileNameOf(`${key} `));
});

test('values of 64 bits have keys of their own', (t) => {
  const of = (value: bigint): Seccomp => ({
    ...profile,
    syscalls: [{ names: ['read'], action: 'SCMP_ACT_ERRNO', args: [{ index: 0, op: 'SCMP_CMP_EQ', value }] }],
  });
  t.not(keyOf(of(1n << 60n), 'x64'), keyOf(of((1n << 60n) + 1n), 'x64'));
});

test('flags become bits; that of threads is left out', (t) => {
  const flags = [
    'SECCOMP_FILTER_FLAG_TSYNC',
    'SECCOMP_FILTER_FLAG_LOG',
    'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  ] as const;
  t.is(compileSeccomp({ ...profile, flags }, undefined, 'x64').flags, 6);
  t.is(compileSeccomp(profile, undefined, 'x64').flags, 0);
});

test('a flag about the listener is left out where nothing is left to one: the kernel refuses it', (t) => {
  const waiting: Seccomp = { ...profile, flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] };
  t.is(compileSeccomp(waiting, undefined, 'x64').flags, 0);
  const syscalls = [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' as const }];
  t.is(compileSeccomp({ ...waiting, syscalls, listenerPath: '/x' }, undefined, 'x64').flags, 32);
});

test('a rule that asks a listener says so', (t) => {
  const syscalls = [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }] as const;
  t.true(compileSeccomp({ ...profile, syscalls, listenerPath: '/run/l' }, undefined, 'x64').notifies);
  t.false(compileSeccomp(profile, undefined, 'x64').notifies);
});

const rule = (more: object): Seccomp => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['read'], action: 'SCMP_ACT_ERRNO', ...more } as never],
});
const argument = (more: object) => rule({ args: [{ index: 0, op: 'SCMP_CMP_EQ', value: 1, ...more }] });
const refused: readonly (readonly [string, object, string])[] = [
  [
    'an unknown action',
    { defaultAction: 'SCMP_ACT_X' },
    'there is no action "SCMP_ACT_X" (linux.seccomp.defaultAction)',
  ],
  [
    'an action of Object.prototype',
    { defaultAction: 'toString' },
    'there is no action "toString" (linux.seccomp.defaultAction)',
  ],
  [
    'an errno where none is',
    { ...profile, defaultErrnoRet: 1 },
    'the action "SCMP_ACT_ALLOW" has no errno (linux.seccomp.defaultErrnoRet)',
  ],
  [
    'a default that notifies',
    { defaultAction: 'SCMP_ACT_NOTIFY' },
    'nobody could answer for a process that has not started (linux.seccomp.defaultAction)',
  ],
  [
    'an errno too large',
    rule({ errnoRet: 4096 }),
    '4096 is no errno from 0 to 4095 (linux.seccomp.syscalls[0].errnoRet)',
  ],
  ['no names', rule({ names: [] }), 'a rule names no system call (linux.seccomp.syscalls[0].names)'],
  [
    'an unknown operator',
    argument({ op: 'EQ' }),
    'there is no operator "EQ" (linux.seccomp.syscalls[0].args[0].op)',
  ],
  [
    'an argument too many',
    argument({ index: 6 }),
    'there is no argument 6 (linux.seccomp.syscalls[0].args[0].index)',
  ],
  [
    'a value too large',
    argument({ value: 1n << 64n }),
    '18446744073709551616 does not fit in 64 bits without a sign (linux.seccomp.syscalls[0].args[0].value)',
  ],
  [
    'a negative value',
    argument({ valueTwo: -1 }),
    '-1 does not fit in 64 bits without a sign (linux.seccomp.syscalls[0].args[0].valueTwo)',
  ],
  ['an unknown flag', { ...profile, flags: ['X'] }, 'there is no flag "X" (linux.seccomp.flags[0])'],
  [
    'an unknown architecture',
    { ...profile, architectures: ['SCMP_ARCH_X86', 'x86'] },
    'the architecture "x86" is not supported (linux.seccomp.architectures[1])',
  ],
  [
    'a missing listener',
    rule({ action: 'SCMP_ACT_NOTIFY' }),
    'it names no listener for "SCMP_ACT_NOTIFY" (linux.seccomp.listenerPath)',
  ],
  [
    'byte orders mixed',
    { ...profile, architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_S390X'] },
    'libseccomp refuses "s390x": seccomp_arch_add: Numerical argument out of domain (linux.seccomp.architectures)',
  ],
];
for (const [what, seccomp, reason] of refused) {
  test(`${what} is refused`, (t) => {
    t.throws(() => compileSeccomp(seccomp as Seccomp, undefined, 'x64'), {
      name: 'RuntimeError',
      code: 'bad-seccomp',
      message: `failed to compile the seccomp filter: ${reason}`,
    });
  });
}

test('a filter that the kernel would not take is refused', (t) => {
  const args = (value: number) => [{ index: 0, op: 'SCMP_CMP_EQ', value } as const];
  const syscalls = Array.from({ length: 4500 }, (_, value) => ({
    names: ['read'],
    action: 'SCMP_ACT_ERRNO' as const,
    args: args(value),
  }));
  const error = t.throws(() =>
    compileSeccomp({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }, undefined, 'x64'),
  );
  t.regex(
    error.message,
    /^failed to compile the seccomp filter: it has \d{4,} instructions, the kernel takes 4096 \(linux\.seccomp\.syscalls\)$/,
  );
});
