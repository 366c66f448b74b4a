import type { HealthRecord, MonitorPlan, Plan, RestartPolicyKind } from '@mini/contracts';
import type { StartRequest } from './start-process.js';

/** A process that a monitor is to start, and what the monitor does for it. */
export interface MonitoredRequest extends Omit<StartRequest, 'onTerminal'> {
  /** The Plan opens a terminal. */
  readonly terminal: boolean;
  /** Keep stdin open: `onStdin` is called with the descriptor that leads to it. */
  readonly stdinOpen: boolean;
  /** Where the container's stdin is written; the descriptor is the callee's. */
  readonly onStdin?: (fd: number) => void;
  /** Let this process go once the command runs; `exited` never settles then. */
  readonly detached?: boolean;
  /**
   * The monitor gets a user namespace of its own, of which it is root, and this writes its id maps. It then writes those of
   * the container, which `keep.ownPlan` holds as ids of that namespace.
   */
  readonly writeMonitorMaps?: (pid: number) => void | Promise<void>;
  /** What outlives this process; nothing unless told. */
  readonly keep?: KeepRequest;
}

/** What the monitor keeps of a container. The descriptors stay the caller's. */
export interface KeepRequest {
  /** Descriptor of the container's directory, for `status`, `health`, the log and the socket to attach. */
  readonly directoryFd: number;
  /** `undefined` keeps no log. */
  readonly log: { readonly maxBytes: number; readonly maxFiles: number } | undefined;
  /** An open file that counts OOM kills, or -1. */
  readonly oomFd: number;
  /** An open file that says whether the container is paused, or -1. */
  readonly frozenFd: number;
  /** The event log, opened to append, or -1. */
  readonly eventFd: number;
  /** What is to be done when nobody is there to be asked: maps of later starts, events, the end, the removal. */
  readonly ownPlan: MonitorPlan;
  /** Number of the signal by which a monitor that is to end asks the container to. */
  readonly stopSignal: number;
  readonly again?: AgainRequest;
  readonly health?: HealthRequest;
}

/** Later starts by the monitor alone: when the policy says so, and the container was not asked to stop. */
export interface AgainRequest {
  /** Names no passed descriptor. */
  readonly plan: Plan;
  readonly policy: RestartPolicyKind;
  /** Most restarts after failures; 0 is any number. */
  readonly most: number;
}

/** How the monitor looks at the container's health. */
export interface HealthRequest extends Omit<HealthRecord, 'planFd' | 'helperFd'> {
  /** For mini-nsenter, which is passed a pidfd of the container alone; from `compileExecPlan`. */
  readonly plan: Plan;
}
