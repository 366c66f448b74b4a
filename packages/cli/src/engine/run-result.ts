/** How a container that `run` started has ended. */
export interface RunResult {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** What a shell would say: the command's own exit code, or 128 + the number of the signal that ended it. */
  readonly exitCode: number;
  /** The signal that ended the command, or null. */
  readonly signal: NodeJS.Signals | null;
  /** The kernel killed a process of the container because its memory limit was reached. */
  readonly oomKilled: boolean;
  /** The keys to detach were typed: the container goes on, and `exitCode` is 0. */
  readonly detached: boolean;
}

/** Our own stdin, stdout and stderr. */
export const OUR_STDIO = [0, 1, 2] as const;

/** What `run` is connected to. */
export interface RunStreams {
  /** Descriptors for stdin, stdout and stderr; our own unless told. */
  readonly stdio?: readonly [number, number, number];
  /** Pass the signals that reach this process on to the container; off unless told. */
  readonly forwardSignals?: boolean;
  /** What is typed on a terminal to let go of the container; ctrl-p ctrl-q unless told, empty: nothing. */
  readonly detachKeys?: Uint8Array;
  /** Ends the container with SIGKILL when aborted. */
  readonly signal?: AbortSignal;
  /** Called once the command runs, with its pid on this machine. */
  readonly onStarted?: (container: {
    readonly id: string;
    readonly name: string;
    readonly pid: number;
  }) => void;
}
