/**
 * `linux.seccomp` of the OCI runtime Spec: what the system calls of a container are allowed.
 * Source: opencontainers/runtime-spec 1.2, config-linux.md, "Seccomp"; seccomp(2) for what each part does.
 */

/** What happens at a call. `SCMP_ACT_KILL` is `SCMP_ACT_KILL_THREAD` by its old name. */
export type SeccompAction =
  | 'SCMP_ACT_KILL'
  | 'SCMP_ACT_KILL_PROCESS'
  | 'SCMP_ACT_KILL_THREAD'
  | 'SCMP_ACT_TRAP'
  | 'SCMP_ACT_ERRNO'
  | 'SCMP_ACT_TRACE'
  | 'SCMP_ACT_ALLOW'
  | 'SCMP_ACT_LOG'
  | 'SCMP_ACT_NOTIFY';

export type SeccompFlag =
  | 'SECCOMP_FILTER_FLAG_TSYNC'
  | 'SECCOMP_FILTER_FLAG_LOG'
  | 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'
  | 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV';

export type SeccompOperator =
  | 'SCMP_CMP_NE'
  | 'SCMP_CMP_LT'
  | 'SCMP_CMP_LE'
  | 'SCMP_CMP_EQ'
  | 'SCMP_CMP_GE'
  | 'SCMP_CMP_GT'
  | 'SCMP_CMP_MASKED_EQ';

export interface Seccomp {
  readonly defaultAction: SeccompAction;
  /** For `SCMP_ACT_ERRNO` and `SCMP_ACT_TRACE`; EPERM unless told. */
  readonly defaultErrnoRet?: number;
  /** `SCMP_ARCH_X86_64` and so on; the machine's own unless told. */
  readonly architectures?: readonly string[];
  readonly flags?: readonly SeccompFlag[];
  /** Absolute path of a unix stream socket that takes the listener of `SCMP_ACT_NOTIFY`. */
  readonly listenerPath?: string;
  /** Sent along with the listener, as it is. */
  readonly listenerMetadata?: string;
  readonly syscalls?: readonly SeccompRule[];
}

export interface SeccompRule {
  readonly names: readonly string[];
  readonly action: SeccompAction;
  /** For `SCMP_ACT_ERRNO` and `SCMP_ACT_TRACE`; EPERM unless told. */
  readonly errnoRet?: number;
  /** All must hold; of several on one argument, any. */
  readonly args?: readonly SeccompArgument[];
}

export interface SeccompArgument {
  /** 0 to 5. */
  readonly index: number;
  /** 64 bits without a sign; of `SCMP_CMP_MASKED_EQ` the mask. */
  readonly value: number | bigint;
  /** Of `SCMP_CMP_MASKED_EQ` what must be left under the mask. */
  readonly valueTwo?: number | bigint;
  readonly op: SeccompOperator;
}
