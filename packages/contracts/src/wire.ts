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

/** What the monitor does for one container. */
export interface MonitorRecord {
  /** The launch to make; its descriptor numbers are the monitor's. stdio and the control socket are the monitor's to fill in. */
  readonly launch: LaunchRecord;
  /** The Plan opens a terminal: relay its master instead of pipes. */
  readonly terminal: boolean;
  /** Keep stdin open and hand its writing end to the client. */
  readonly stdinOpen: boolean;
  /** The client goes away once the command runs: its stdio and its socket are let go. */
  readonly detached: boolean;
  /** The container's directory, for `status` and the log; -1 keeps neither. */
  readonly directoryFd: number;
  /** Size in bytes at which the log is rotated; 0 never, -1 keeps no log. */
  readonly logMaxBytes: number;
  /** How many files a rotated log has, the current one included; at least 1. */
  readonly logMaxFiles: number;
  /** An open file with a line `oom_kill N`: memory.events (v2) or memory.oom_control (v1); -1 without a memory controller. */
  readonly oomFd: number;
}

/** Words of `struct monitor_record`. */
export const MONITOR_RECORD_WORDS = [
  { name: 'magic', words: 1 },
  { name: 'version', words: 1 },
  { name: 'terminal', words: 1 },
  { name: 'stdin_open', words: 1 },
  { name: 'detached', words: 1 },
  { name: 'directory_fd', words: 1 },
  { name: 'log_max_bytes', words: 1 },
  { name: 'log_max_files', words: 1 },
  { name: 'oom_fd', words: 1 },
  ...LAUNCH_RECORD_WORDS,
] as const;

export const MONITOR_FORMAT = { magic: 0x4e4f4d4d, version: 2 } as const;

/**
 * What a monitor knows of its container, in the file `status` of the container's directory: written whole, by one
 * pwrite(2), at the start and at the end. Nothing in it is believed of a process whose start time differs.
 */
export interface MonitorStatus {
  readonly monitorPid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly monitorStartTime: number;
  readonly pid: number;
  readonly startTime: number;
  /** Milliseconds of the Unix clock. */
  readonly startedMs: number;
  /** 0 while it has not ended. */
  readonly endedMs: number;
  /** As waitpid(2) gives it; of no meaning before `endedMs`. */
  readonly waitStatus: number;
  /** The kernel killed a process of the container for want of memory. */
  readonly oomKilled: boolean;
}

/** Words of `struct monitor_status`. */
export const MONITOR_STATUS_WORDS = [
  { name: 'magic', words: 1 },
  { name: 'version', words: 1 },
  { name: 'monitor_pid', words: 1 },
  { name: 'monitor_start_time', words: 1 },
  { name: 'pid', words: 1 },
  { name: 'start_time', words: 1 },
  { name: 'started_ms', words: 1 },
  { name: 'ended_ms', words: 1 },
  { name: 'wait_status', words: 1 },
  { name: 'oom_killed', words: 1 },
] as const;

export const STATUS_FORMAT = { magic: 0x53544154, version: 1 } as const;

/** One piece of output in a log file: this header, host-endian, then `length` bytes as they came. */
export const LOG_FRAME_WORDS = [
  /** Nanoseconds of the Unix clock. */
  { name: 'time_ns', words: 1 },
  /** 1 stdout, 2 stderr. */
  { name: 'stream', words: 1 },
  { name: 'length', words: 1 },
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
  /** monitor ▶ client: the command has ended; value is the status as waitpid(2) gives it. */
  exited: 6,
  /** helper ▶ parent, with one descriptor, a pidfd: the Plan goes on in this child of the parent's; value is its pid. */
  forked: 7,
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
