/**
 * The structures of a container's monitor: its record, and the files that it writes into the container's directory. As
 * in wire.ts all members are 64-bit words, host-endian.
 */
import { LAUNCH_RECORD_WORDS, type LaunchRecord } from './wire.js';

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
  /** An open file that says `frozen 1` (cgroup.events) or `FROZEN` (freezer.state) while the container is paused; -1 without. */
  readonly frozenFd: number;
  /** A `MonitorPlan`: what is to be done later; -1 for nothing. */
  readonly ownPlanFd: number;
  /** The event log, opened to append; -1 keeps none. */
  readonly eventFd: number;
  /** Number of the signal that a monitor which is to end passes on. */
  readonly stopSignal: number;
  /** The Plan of later starts, which has to do without passed descriptors; -1: there are none. */
  readonly againPlanFd: number;
  readonly restartPolicy: RestartPolicyKind;
  /** Most restarts after failures; 0 any number. */
  readonly restartMost: number;
  /**
   * The monitor is in a new user namespace: the id of the barrier at which its client writes its id maps, before anything
   * else; 0 when it is in its client's.
   */
  readonly mapsBarrier: number;
  /** How the container's health is looked at; its `planFd` is -1 where it is not. */
  readonly health: HealthRecord;
}

/** When a container that ended is started again. Unless it was asked to stop, that is. */
export type RestartPolicyKind = keyof typeof RESTART_POLICY;

export const RESTART_POLICY = { no: 0, 'on-failure': 1, always: 2, 'unless-stopped': 3 } as const;

/** A command that is run in the container again and again. Times are milliseconds. */
export interface HealthRecord {
  /** The Plan of mini-nsenter, whose only passed descriptor is a pidfd of the container. */
  readonly planFd: number;
  readonly helperFd: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** So many failures in a row make a container unhealthy. */
  readonly retries: number;
  /** Failures in this time after the start do not count, until the first success. */
  readonly startPeriodMs: number;
  readonly startIntervalMs: number;
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
  { name: 'frozen_fd', words: 1 },
  { name: 'own_plan_fd', words: 1 },
  { name: 'event_fd', words: 1 },
  { name: 'stop_signal', words: 1 },
  { name: 'again_plan_fd', words: 1 },
  { name: 'restart_policy', words: 1 },
  { name: 'restart_most', words: 1 },
  { name: 'maps_barrier', words: 1 },
  { name: 'health_plan_fd', words: 1 },
  { name: 'health_helper_fd', words: 1 },
  { name: 'health_interval_ms', words: 1 },
  { name: 'health_timeout_ms', words: 1 },
  { name: 'health_retries', words: 1 },
  { name: 'health_start_period_ms', words: 1 },
  { name: 'health_start_interval_ms', words: 1 },
  ...LAUNCH_RECORD_WORDS,
] as const;

export const MONITOR_FORMAT = { magic: 0x4e4f4d4d, version: 4 } as const;

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
  /** How often the monitor has started it again. */
  readonly restartCount: number;
  /** It has ended, and the monitor is about to start it again. */
  readonly restarting: boolean;
  readonly health: HealthState;
  /** Failed looks at its health since the last good one. */
  readonly failingStreak: number;
}

export type HealthState = (typeof HEALTH_STATES)[number];

/** By their number in the status. */
export const HEALTH_STATES = ['none', 'starting', 'healthy', 'unhealthy'] as const;

/**
 * One look at the health of a container in the file `health` of its directory, the oldest first: this header, then
 * `length` bytes of what the command wrote.
 */
export const HEALTH_FRAME_WORDS = [
  /** Milliseconds of the Unix clock. */
  { name: 'started_ms', words: 1 },
  { name: 'ended_ms', words: 1 },
  /** -1 when it was cut off. */
  { name: 'exit_code', words: 1 },
  { name: 'length', words: 1 },
] as const;

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
  { name: 'restart_count', words: 1 },
  { name: 'restarting', words: 1 },
  { name: 'health', words: 1 },
  { name: 'failing_streak', words: 1 },
] as const;

export const STATUS_FORMAT = { magic: 0x53544154, version: 2 } as const;

/** One piece of output in a log file: this header, host-endian, then `length` bytes as they came. */
export const LOG_FRAME_WORDS = [
  /** Nanoseconds of the Unix clock. */
  { name: 'time_ns', words: 1 },
  /** 1 stdout, 2 stderr. */
  { name: 'stream', words: 1 },
  { name: 'length', words: 1 },
] as const;
