import type { Capabilities, ExitStatus, Rlimit, User } from '@mini/contracts';
import type { ContainerProcess } from '../spawn/container-process.js';
import type { StdioOption } from '../spawn/spawn-options.js';
import type { LaunchCgroup } from '../start/start-process.js';
import type { ExecContext } from './compile-exec-plan.js';

/** A terminal of the container's own devpts for the process. */
export interface ExecTerminal {
  /** Its size in characters; the kernel's (0 by 0) unless told. */
  readonly rows?: number;
  readonly columns?: number;
  /** Called before the command runs, with the terminal's master; the descriptor is the callee's. */
  readonly onOpen: (masterFd: number) => void;
}

/** Options of `execIn`: as those of `spawn` where they have the same names. */
export interface ExecOptions {
  /** Working directory in the container; `/` unless told. */
  readonly cwd?: string;
  /** The whole environment; `PATH` alone unless told. */
  readonly env?: Readonly<Record<string, string>>;
  /** Numeric user and groups, as the container numbers them; 0:0 unless told. */
  readonly user?: User;
  /** Capabilities; all that the container's process may have unless told, for root alone. */
  readonly capabilities?: Capabilities;
  /** Limits of the process; ours unless told. */
  readonly rlimits?: readonly Rlimit[];
  /** Forbid gaining privileges by execve(2); on unless told. */
  readonly noNewPrivileges?: boolean;
  /** A compiled seccomp filter, an array of struct sock_filter. That of the container is not taken over. */
  readonly seccomp?: Uint8Array;
  /**
   * The container's cgroup, from `openCgroup(…).openForLaunch()` of `@mini/cgroup-manager`; the descriptors stay the
   * caller's. The process stays in ours unless told, outside of the container's limits.
   */
  readonly cgroup?: LaunchCgroup;
  /** stdin, stdout and stderr; `pipe` unless told. Of no meaning with a terminal. */
  readonly stdio?: StdioOption | readonly [StdioOption, StdioOption, StdioOption];
  readonly terminal?: ExecTerminal;
  /** Ends the process with `killSignal` when aborted. */
  readonly signal?: AbortSignal;
  /** Name or number of the signal for `signal` and `timeoutMs`; SIGKILL unless told. */
  readonly killSignal?: NodeJS.Signals | number;
  /** Ends the process after this many milliseconds. */
  readonly timeoutMs?: number;
}

/** Options of `execProcessIn`, as those of `execIn`: what is not of the process itself. */
export interface ExecProcessOptions
  extends Pick<ExecOptions, 'cgroup' | 'stdio' | 'signal' | 'killSignal' | 'timeoutMs'>,
    Pick<ExecContext, 'seccomp'> {}

/** What goes through the pipes of a process that is run to its end. */
export interface RunPipes {
  /** What the command reads from stdin; nothing unless told. */
  readonly input?: string | Uint8Array;
  /** The most bytes that are taken of stdout and of stderr; 16 MiB unless told. */
  readonly maxOutputBytes?: number;
}

/** Options of `runIn`. */
export interface RunInOptions extends Omit<ExecOptions, 'stdio' | 'terminal'>, RunPipes {}

/** Options of `runProcessIn`. */
export interface RunProcessOptions extends Omit<ExecProcessOptions, 'stdio'>, RunPipes {
  /** Called with the process when it is there; its streams are not the callee's. */
  readonly onProcess?: (process: ContainerProcess<ExitStatus>) => void;
}

/** How a process in a container has ended, and the bytes that it has written. */
export interface RunProcessResult extends ExitStatus {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** How a command in a container has ended, and what it has written. */
export interface RunInResult extends ExitStatus {
  /** As UTF-8. */
  readonly stdout: string;
  readonly stderr: string;
}
