import { type CapabilityName, CLONE, type SeccompRule } from '@mini/contracts';
import { ENOSYS } from '../actions.js';

/** Flags of clone(2) that make a namespace. NEWTIME is none: its bit is the exit signal's there. */
const NAMESPACE_FLAGS =
  CLONE.NEWNS | CLONE.NEWCGROUP | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWUSER | CLONE.NEWPID | CLONE.NEWNET;

/** PER_LINUX, PER_LINUX32, both with UNAME26, and 0xffffffff that only asks. Source: personality(2). */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

/** AF_ALG, the kernel's cryptography, and AF_VSOCK, the host of a virtual machine, which no network namespace holds. */
const AF = { ALG: 38, NFC: 39, VSOCK: 40, KCM: 41, LAST: 45 } as const;

/**
 * Families up to AF_ALG, NFC, and from KCM to MCTP: the known ones but the two. A comparison has 64 bits where the kernel
 * looks at 32: only such are used here that anything in the upper half makes fail.
 */
const FAMILIES: SeccompRule['args'][] = [
  [{ index: 0, op: 'SCMP_CMP_LT', value: AF.ALG }],
  [{ index: 0, op: 'SCMP_CMP_EQ', value: AF.NFC }],
  ...Array.from({ length: AF.LAST - AF.KCM + 1 }, (_, offset) => [
    { index: 0, op: 'SCMP_CMP_EQ', value: AF.KCM + offset } as const,
  ]),
];

/** Calls that depend on their arguments, or answer otherwise than with EPERM. */
export function argumentRules(has: (capability: CapabilityName) => boolean): SeccompRule[] {
  return [
    ...(has('CAP_SYS_ADMIN') ? [allow(['clone', 'clone3'])] : NO_NAMESPACES),
    // Everything else switches protections of the memory off, as ADDR_NO_RANDOMIZE and READ_IMPLIES_EXEC do.
    ...PERSONALITIES.map((value) => allow(['personality'], [{ index: 0, op: 'SCMP_CMP_EQ', value }])),
    ...FAMILIES.map((args) => allow(['socket', 'socketpair'], args)),
    // Its arguments lie in memory, where no filter looks: it would be a way round the families.
    { names: ['socketcall'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
  ];
}

/** The flags of clone3 lie in memory: it must seem not to exist, so that C libraries take clone instead. */
const NO_NAMESPACES: readonly SeccompRule[] = [
  allow(['clone'], [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: NAMESPACE_FLAGS, valueTwo: 0 }]),
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
];

function allow(names: readonly string[], args?: SeccompRule['args']): SeccompRule {
  return { names, action: 'SCMP_ACT_ALLOW', ...(args === undefined ? {} : { args }) };
}
