import type { Capabilities, IdMapping, Mount, NamespaceType, Resources, Rlimit, User } from '@mini/contracts';

/** What a stream of the process is connected to: as in child_process.spawn; a number is a descriptor of ours. */
export type StdioOption = 'pipe' | 'ignore' | 'inherit' | number;

/** Options of `spawn`. Everything has a default that makes a container of the whole machine's root. */
export interface SpawnOptions {
  /** The directory that becomes the root; `/` unless told. It is used as it is: what the process writes stays there. */
  readonly root?: string;
  /** Make the root read-only. */
  readonly readonlyRoot?: boolean;
  /** Working directory in the container; `/` unless told. */
  readonly cwd?: string;
  /** The whole environment; `PATH` alone unless told. */
  readonly env?: Readonly<Record<string, string>>;
  /** Numeric user and groups; 0:0 unless told. */
  readonly user?: User;
  /** Namespaces to make; all but `time`, and `user` only where we are not root. */
  readonly namespaces?: readonly NamespaceType[];
  /** Maps of a user namespace; container 0 is the caller unless told. */
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly hostname?: string;
  /** Mounts in the form of the OCI runtime-spec; /proc, /dev, /sys and what belongs below them unless told. */
  readonly mounts?: readonly Mount[];
  /** Limits in the form of the OCI runtime-spec. They are set before the process runs. */
  readonly limits?: Resources;
  /** Path of the cgroup below the root of each hierarchy; `/mini/spawn-…` unless told; `false` joins none. */
  readonly cgroup?: string | false;
  /** Capabilities; Docker's default set unless told. */
  readonly capabilities?: Capabilities;
  readonly rlimits?: readonly Rlimit[];
  /** Forbid gaining privileges by execve(2); on unless told. */
  readonly noNewPrivileges?: boolean;
  /** Keep a PID 1 of ours above the process: it reaps orphans and forwards signals. */
  readonly init?: boolean;
  /** A compiled seccomp filter, an array of struct sock_filter. */
  readonly seccomp?: Uint8Array;
  /** stdin, stdout and stderr; `pipe` unless told. */
  readonly stdio?: StdioOption | readonly [StdioOption, StdioOption, StdioOption];
  /** Ends the process with `killSignal` when aborted. */
  readonly signal?: AbortSignal;
  /** Name or number of the signal for `signal` and `timeoutMs`; SIGKILL unless told: a PID 1 ignores most others. */
  readonly killSignal?: NodeJS.Signals | number;
  /** Ends the process after this many milliseconds. */
  readonly timeoutMs?: number;
}

/** How a spawned process ended. */
export interface SpawnResult {
  /** 0 to 255; null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The kernel killed a process of the container because its memory limit was reached. */
  readonly oomKilled: boolean;
}
