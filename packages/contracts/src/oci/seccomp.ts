import { array } from '../describe/collections.js';
import { enumOf, integer, text, uint64 } from '../describe/scalars.js';
import { type Infer, object, optional, optionalOrEmpty } from '../describe/shape.js';
import { absolutePath, nonEmpty } from './strings.js';

/** What happens at a call. SCMP_ACT_KILL is SCMP_ACT_KILL_THREAD by its old name. */
export const SECCOMP_ACTIONS = [
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
] as const;

export const SECCOMP_OPERATORS = [
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
] as const;

export const SECCOMP_ARCHITECTURES = [
  'SCMP_ARCH_X86',
  'SCMP_ARCH_X86_64',
  'SCMP_ARCH_X32',
  'SCMP_ARCH_ARM',
  'SCMP_ARCH_AARCH64',
  'SCMP_ARCH_LOONGARCH64',
  'SCMP_ARCH_M68K',
  'SCMP_ARCH_MIPS',
  'SCMP_ARCH_MIPS64',
  'SCMP_ARCH_MIPS64N32',
  'SCMP_ARCH_MIPSEL',
  'SCMP_ARCH_MIPSEL64',
  'SCMP_ARCH_MIPSEL64N32',
  'SCMP_ARCH_PPC',
  'SCMP_ARCH_PPC64',
  'SCMP_ARCH_PPC64LE',
  'SCMP_ARCH_S390',
  'SCMP_ARCH_S390X',
  'SCMP_ARCH_SH',
  'SCMP_ARCH_SHEB',
  'SCMP_ARCH_PARISC',
  'SCMP_ARCH_PARISC64',
  'SCMP_ARCH_RISCV64',
] as const;

export const SECCOMP_FLAGS = [
  'SECCOMP_FILTER_FLAG_TSYNC',
  'SECCOMP_FILTER_FLAG_LOG',
  'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
] as const;

const action = enumOf(SECCOMP_ACTIONS);
/** The kernel has no errnos above MAX_ERRNO. */
const errno = integer(0, 4095);

export const seccompArgumentShape = object({
  /** Of the argument: 0 to 5. */
  index: integer(0, 5),
  /** Without a sign; of SCMP_CMP_MASKED_EQ the mask. */
  value: uint64,
  /** Of SCMP_CMP_MASKED_EQ what must be left under the mask. */
  valueTwo: optional(uint64),
  op: enumOf(SECCOMP_OPERATORS),
});

export const seccompRuleShape = object({
  names: array(nonEmpty, { least: 1 }),
  action,
  /** For SCMP_ACT_ERRNO and SCMP_ACT_TRACE; EPERM unless told. */
  errnoRet: optional(errno),
  /** All must hold; of several on one argument, any. */
  args: optional(array(seccompArgumentShape)),
});

/** config-linux.md, seccomp. */
export const seccompShape = object({
  defaultAction: action,
  /** For SCMP_ACT_ERRNO and SCMP_ACT_TRACE; EPERM unless told. */
  defaultErrnoRet: optional(errno),
  /** The machine's own unless told. */
  architectures: optional(array(enumOf(SECCOMP_ARCHITECTURES, 'an architecture of seccomp'))),
  flags: optional(array(enumOf(SECCOMP_FLAGS))),
  /** A unix stream socket that takes the listener of SCMP_ACT_NOTIFY. */
  listenerPath: optionalOrEmpty(absolutePath),
  /** Sent along with the listener, as it is. */
  listenerMetadata: optionalOrEmpty(text),
  syscalls: optional(array(seccompRuleShape)),
});

export interface Seccomp extends Infer<typeof seccompShape> {}
export interface SeccompRule extends Infer<typeof seccompRuleShape> {}
export interface SeccompArgument extends Infer<typeof seccompArgumentShape> {}
export type SeccompAction = (typeof SECCOMP_ACTIONS)[number];
export type SeccompOperator = (typeof SECCOMP_OPERATORS)[number];
export type SeccompArchitecture = (typeof SECCOMP_ARCHITECTURES)[number];
export type SeccompFlag = (typeof SECCOMP_FLAGS)[number];
