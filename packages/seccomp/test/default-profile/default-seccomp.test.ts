import { CAPABILITIES, type CapabilityName } from '@mini/contracts';
import test from 'ava';
import { architecturesOf, SHIPPED_MACHINES } from '../../src/architectures.js';
import { compileProgram } from '../../src/compile-program.js';
import { ALLOWED_CALLS } from '../../src/default-profile/allowed-calls.js';
import { defaultSeccomp } from '../../src/default-profile/default-seccomp.js';
import { DENIED_CALLS } from '../../src/default-profile/denied-calls.js';
import { UNLOCKED_CALLS } from '../../src/default-profile/unlocked-calls.js';
import { runFilter } from '../support/run-filter.js';
import { ALL_CALLS, callsOf } from '../support/syscalls.js';

const ALLOWED = '7fff0000';
const EPERM = '50001';
const ENOSYS = '50026';
const BY_ARGUMENTS = ['clone', 'clone3', 'personality', 'socket', 'socketpair', 'socketcall'];
const namesOf = (groups: readonly { readonly names: readonly string[] }[]) =>
  groups.flatMap(({ names }) => names);

/** Answers of the default filter on one machine. */
function answers(machine: 'x64' | 'arm64', capabilities: readonly CapabilityName[] = []) {
  const program = compileProgram(defaultSeccomp(capabilities, machine), machine);
  return (architecture: string, name: string, ...args: (number | bigint)[]) =>
    runFilter(program, { architecture, number: callsOf(architecture)[name]!, args });
}

test('every call of the kernel is decided on, once', (t) => {
  const decided = [
    ...namesOf(ALLOWED_CALLS),
    ...namesOf(UNLOCKED_CALLS),
    ...namesOf(DENIED_CALLS),
    ...BY_ARGUMENTS,
  ];
  t.deepEqual([...decided].sort(), [...ALL_CALLS].sort());
});

for (const machine of SHIPPED_MACHINES) {
  test(`on ${machine} every call of every architecture is answered as decided`, (t) => {
    const answer = answers(machine);
    const allowed = new Set(namesOf(ALLOWED_CALLS));
    for (const architecture of architecturesOf(machine)) {
      for (const name of Object.keys(callsOf(architecture))) {
        if (BY_ARGUMENTS.includes(name)) continue;
        t.is(answer(architecture, name), allowed.has(name) ? ALLOWED : EPERM, `${architecture} ${name}`);
      }
    }
  });

  test(`on ${machine} a capability unlocks its calls, and no others`, (t) => {
    for (const capability of CAPABILITIES) {
      const answer = answers(machine, [capability]);
      for (const { names, capabilities } of UNLOCKED_CALLS) {
        for (const name of names.filter(
          (call) => callsOf(architecturesOf(machine)[0]!)[call] !== undefined,
        )) {
          const expected = capabilities.includes(capability) ? ALLOWED : EPERM;
          t.is(answer(architecturesOf(machine)[0]!, name), expected, `${capability} ${name}`);
        }
      }
    }
  });

  test(`on ${machine} namespaces are made by CAP_SYS_ADMIN only`, (t) => {
    for (const architecture of architecturesOf(machine)) {
      const answer = answers(machine);
      t.is(answer(architecture, 'clone', 0x11), ALLOWED);
      t.is(answer(architecture, 'clone', 0x3d0f00), ALLOWED);
      for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]) {
        t.is(answer(architecture, 'clone', flag | 0x11), EPERM, flag.toString(16));
      }
      t.is(answer(architecture, 'clone3', 0), ENOSYS);
      const admin = answers(machine, ['CAP_SYS_ADMIN']);
      t.is(admin(architecture, 'clone', 0x10000011), ALLOWED);
      t.is(admin(architecture, 'clone3', 0), ALLOWED);
    }
  });

  test(`on ${machine} sockets are of the known families, but AF_ALG and AF_VSOCK`, (t) => {
    const answer = answers(machine);
    for (const architecture of architecturesOf(machine)) {
      for (let family = 0; family <= 45; family++) {
        const expected = family === 38 || family === 40 ? EPERM : ALLOWED;
        t.is(answer(architecture, 'socket', family), expected, `${architecture} ${family}`);
        t.is(answer(architecture, 'socketpair', family), expected, `${architecture} ${family}`);
      }
      for (const family of [46, 255, 0xffffffff]) t.is(answer(architecture, 'socket', family), EPERM);
    }
  });

  test(`on ${machine} what stands above the 32 bits that the kernel looks at opens nothing`, (t) => {
    const [architecture] = architecturesOf(machine) as [string];
    const answer = answers(machine);
    for (const high of [1n, 0xffffffffn]) {
      t.is(answer(architecture, 'socket', (high << 32n) | 38n), EPERM);
      t.is(answer(architecture, 'socket', (high << 32n) | 40n), EPERM);
      t.is(answer(architecture, 'personality', (high << 32n) | 0x40000n), EPERM);
      t.is(answer(architecture, 'clone', (high << 32n) | 0x10000000n), EPERM);
    }
  });

  test(`on ${machine} personalities that switch protections off are denied`, (t) => {
    const answer = answers(machine);
    for (const architecture of architecturesOf(machine)) {
      for (const value of [0, 8, 0x20000, 0x20008, 0xffffffff]) {
        t.is(answer(architecture, 'personality', value), ALLOWED);
      }
      for (const value of [0x40000, 0x400000, 0x100000, 1])
        t.is(answer(architecture, 'personality', value), EPERM);
    }
  });

  test(`on ${machine} calls newer than all that are named answer ENOSYS`, (t) => {
    const program = compileProgram(defaultSeccomp([], machine), machine);
    for (const architecture of architecturesOf(machine)) {
      const newest = Math.max(...Object.values(callsOf(architecture)));
      t.is(runFilter(program, { architecture, number: newest + 1 }), ENOSYS, architecture);
      t.is(runFilter(program, { architecture, number: newest + 1000 }), ENOSYS, architecture);
    }
  });
}

test('no way of socketcall leads round the families', (t) => {
  const answer = answers('x64');
  for (let call = 0; call <= 32; call++)
    t.is(answer('SCMP_ARCH_X86', 'socketcall', call), ENOSYS, String(call));
});

test('a call of a foreign architecture kills', (t) => {
  const program = compileProgram(defaultSeccomp([], 'x64'), 'x64');
  t.is(runFilter(program, { architecture: 'SCMP_ARCH_S390X', number: 3 }), '0');
});

test('a machine that no list of architectures is known for gets its own', (t) => {
  t.is(defaultSeccomp([], 'loong64').architectures, undefined);
});
