/**
 * The fixed-size structures that cross a process boundary: all members are 64-bit words, host-endian. Like the
 * step table they are the single source of the C header.
 */

/** Most cgroup hierarchies a process joins at launch; v1 kernels know 14 controllers and named ones beside. */
export const MAX_JOIN_FDS = 24;
/** Most descriptors handed to a helper beside stdin, stdout and stderr. */
export const MAX_PASS_FDS = 40;

/** What the one launch site (launch.c) is fed with. Descriptor numbers are those of the launching process. */
export interface LaunchRecord {
  /** Namespaces to make, flags of clone(2). */
  readonly cloneFlags: number;
  /** The helper's executable, from `Kernel.sealExecutable`. */
  readonly helperFd: number;
  readonly stdinFd: number;
  readonly stdoutFd: number;
  readonly stderrFd: number;
  /** Directory of a cgroup v2 to be born in (CLONE_INTO_CGROUP), or -1. */
  readonly intoCgroupFd: number;
  /** Open `cgroup.procs` files that the child writes itself into before it executes the helper. */
  readonly joinFds: readonly number[];
  /** Become descriptors 3, 4, 5, … of the helper: Plan, control socket, then what the Plan names by number. */
  readonly passFds: readonly number[];
}

/** Words of `struct launch_record` in their order; lists are a count and a fixed number of words. */
export const LAUNCH_RECORD_WORDS = [
  { name: 'clone_flags', words: 1 },
  { name: 'helper_fd', words: 1 },
  { name: 'stdin_fd', words: 1 },
  { name: 'stdout_fd', words: 1 },
  { name: 'stderr_fd', words: 1 },
  { name: 'into_cgroup_fd', words: 1 },
  { name: 'join_count', words: 1 },
  { name: 'join_fds', words: MAX_JOIN_FDS },
  { name: 'pass_count', words: 1 },
  { name: 'pass_fds', words: MAX_PASS_FDS },
] as const;

/** Stages in which a start can fail, in their order. `run` is a step of the Plan. */
export const STAGES = ['clone', 'descriptors', 'cgroup', 'helper', 'read', 'check', 'run'] as const;
export type Stage = (typeof STAGES)[number];

/** Kinds of control message. One SOCK_SEQPACKET datagram each; the parent answers a barrier with one byte. */
export const MESSAGE_KIND = {
  /** helper ▶ parent: barrier `step` (its id) is reached. */
  barrier: 1,
  /** helper ▶ parent: stage, step (record number) and errno of what failed. */
  failed: 2,
  /** helper ▶ parent, with one descriptor: the terminal's master. */
  terminal: 3,
  /** monitor ▶ client, with one descriptor, a pidfd: the user's command has been executed; value is its pid. */
  started: 4,
  /** monitor ▶ client, with one descriptor: what is written here reaches the container's stdin. */
  stdin: 5,
  /** monitor ▶ client: the command has ended; value is the status as waitpid(2) gives it, step 1 when the kernel killed for want of memory. */
  exited: 6,
  /** helper ▶ parent, with one descriptor, a pidfd: the Plan goes on in this child of the parent's; value is its pid. */
  forked: 7,
  /** client ▶ monitor, with two descriptors: write the container's stdout and stderr here. */
  attach: 8,
  /** helper ▶ parent, with one descriptor: the listener of the command's seccomp filter, see seccomp_unotify(2). */
  seccompListener: 70,
} as const;
export type MessageKind = keyof typeof MESSAGE_KIND;

/** A message on the control socket of a helper or monitor. */
export interface ControlMessage {
  readonly kind: MessageKind;
  readonly stage: Stage;
  readonly step: number;
  readonly errno: number;
  readonly value: number;
}

/** Words of `struct control_message`. */
export const CONTROL_MESSAGE_WORDS = [
  { name: 'kind', words: 1 },
  { name: 'stage', words: 1 },
  { name: 'step', words: 1 },
  { name: 'error', words: 1 },
  { name: 'value', words: 1 },
] as const;

/**
 * Words of `struct file_record`, of which `Kernel.writeFiles` is given a row. Behind each come the name with a NUL, the
 * content, and zeros up to the next word.
 */
export const FILE_RECORD_WORDS = [
  /** Bytes up to the next record. */
  { name: 'record_bytes', words: 1 },
  { name: 'directory_fd', words: 1 },
  /** With its type: S_IFREG, or S_IFLNK for a link that says what the content is. */
  { name: 'mode', words: 1 },
  /** -1: it stays whose it is. */
  { name: 'uid', words: 1 },
  { name: 'gid', words: 1 },
  { name: 'modified_ns', words: 1 },
  /** Without the NUL. */
  { name: 'name_bytes', words: 1 },
  { name: 'content_bytes', words: 1 },
] as const;
