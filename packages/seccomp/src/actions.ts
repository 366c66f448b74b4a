import type { SeccompAction, SeccompFlag, SeccompOperator } from '@mini/contracts';

/** Return values of a filter, without their lower 16 bits. Source: linux/seccomp.h. */
const RETURN_VALUE: Readonly<Record<SeccompAction, number>> = {
  SCMP_ACT_KILL_PROCESS: 0x80000000,
  SCMP_ACT_KILL_THREAD: 0,
  SCMP_ACT_KILL: 0,
  SCMP_ACT_TRAP: 0x00030000,
  SCMP_ACT_ERRNO: 0x00050000,
  SCMP_ACT_NOTIFY: 0x7fc00000,
  SCMP_ACT_TRACE: 0x7ff00000,
  SCMP_ACT_LOG: 0x7ffc0000,
  SCMP_ACT_ALLOW: 0x7fff0000,
};

/** TSYNC is left out: the helper that loads a filter has one thread. Source: linux/seccomp.h. */
const FLAG: Readonly<Record<SeccompFlag, number>> = {
  SECCOMP_FILTER_FLAG_TSYNC: 0,
  SECCOMP_FILTER_FLAG_LOG: 1 << 1,
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 1 << 2,
  SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV: 1 << 5,
};

/** `enum scmp_compare` of libseccomp. */
const OPERATOR: Readonly<Record<SeccompOperator, number>> = {
  SCMP_CMP_NE: 1,
  SCMP_CMP_LT: 2,
  SCMP_CMP_LE: 3,
  SCMP_CMP_EQ: 4,
  SCMP_CMP_GE: 5,
  SCMP_CMP_GT: 6,
  SCMP_CMP_MASKED_EQ: 7,
};

const EPERM = 1;
export const ENOSYS = 38;

/** Whether an errno, or a tracer's message, belongs to the action. */
export function takesErrno(action: SeccompAction): boolean {
  return action === 'SCMP_ACT_ERRNO' || action === 'SCMP_ACT_TRACE';
}

/** What the filter returns for an action; `undefined` for one that does not exist. */
export function returnValue(action: SeccompAction, errno = EPERM): number | undefined {
  const value = Object.hasOwn(RETURN_VALUE, action) ? RETURN_VALUE[action] : undefined;
  return value !== undefined && takesErrno(action) ? value + errno : value;
}

/** The flag's bit of seccomp(2); `undefined` for one that does not exist. */
export function flagBit(flag: SeccompFlag): number | undefined {
  return Object.hasOwn(FLAG, flag) ? FLAG[flag] : undefined;
}

/** A flag about the listener is refused by the kernel where none is made. Source: seccomp(2). */
export const LISTENER_FLAGS = FLAG.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
export const NEW_LISTENER = 1 << 3;

/** The operator's number in libseccomp; `undefined` for one that does not exist. */
export function operatorNumber(operator: SeccompOperator): number | undefined {
  return Object.hasOwn(OPERATOR, operator) ? OPERATOR[operator] : undefined;
}
