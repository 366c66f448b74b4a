import { closeSync } from 'node:fs';
import type { ExitStatus, Kernel, Process } from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import { nativeKernel } from '../kernel/native-kernel.js';
import { DEFAULT_ENV } from '../spawn/build-spec.js';
import { ContainerProcess } from '../spawn/container-process.js';
import { capabilitiesFor } from '../spawn/default-capabilities.js';
import { killOnAbort } from '../spawn/kill-on-abort.js';
import { type OpenedStdio, openStdio } from '../spawn/open-stdio.js';
import { validateSpawn } from '../spawn/validate-spawn.js';
import { NO_CGROUP, type StartedProcess, startProcess } from '../start/start-process.js';
import { compileExecPlan, type ExecContext } from './compile-exec-plan.js';
import { execError } from './exec-error.js';
import type { ExecOptions, ExecProcessOptions } from './exec-options.js';
import { type ExecTarget, type OpenedTarget, openTarget } from './exec-target.js';

/**
 * Starts `command` in the running container that `target` is a process of. Shaped like `spawn`: it returns at once, the
 * process is our own child, and `started` tells whether the command could be run. When the container ends, so does the
 * process. Throws `RuntimeError`: `bad-options`, `container-not-running`, `start-failed`; `started` and `exited` reject
 * with those and with `command-not-found` and `command-not-executable`.
 *
 * In a frozen cgroup the process waits until it is thawed.
 */
export function execIn(
  target: ExecTarget,
  command: string,
  args: readonly string[] = [],
  options: ExecOptions = {},
  kernel: Kernel = nativeKernel(),
): ContainerProcess<ExitStatus> {
  return enter(kernel, target, fromOptions([command, ...args], options));
}

/**
 * As `execIn`, for a process in the form of the OCI runtime-spec: of a container whose description the caller knows. Its
 * terminal is of no meaning: there is none. Throws and rejects as `execIn`.
 */
export function execProcessIn(
  target: ExecTarget,
  process: Process,
  options: ExecProcessOptions = {},
  kernel: Kernel = nativeKernel(),
): ContainerProcess<ExitStatus> {
  return enter(kernel, target, fromProcess(process, options));
}

/** What enters, checked, and how. */
export interface Entrant {
  readonly describe: (target: OpenedTarget) => Process;
  readonly options: Omit<ExecProcessOptions, 'seccomp'> & Pick<ExecOptions, 'terminal'>;
  readonly filter: Pick<ExecContext, 'seccomp'>;
}

/** Throws `RuntimeError` `bad-options`. */
export function fromOptions(
  words: readonly [command: string, ...args: string[]],
  options: ExecOptions,
): Entrant {
  const [command, ...args] = words;
  const { cgroup: _, seccomp, ...checked } = options;
  validateSpawn(command, args, checked);
  const filter = seccomp === undefined ? {} : { seccomp: { program: seccomp } };
  return { describe: (target) => describeProcess(words, options, target), options, filter };
}

/** Throws `RuntimeError` `bad-options`. */
export function fromProcess(process: Process, options: ExecProcessOptions): Entrant {
  const { cgroup: _, seccomp, ...checked } = options;
  const [command = '', ...args] = process.args;
  validateSpawn(command, args, { ...checked, cwd: process.cwd });
  const filter = seccomp === undefined ? {} : { seccomp };
  return { describe: () => ({ ...process, terminal: false }), options, filter };
}

/** `ownsStdio`: descriptors that the options name were made for this process alone, as pipes are. */
export function enter(
  kernel: Kernel,
  target: ExecTarget,
  entrant: Entrant,
  ownsStdio = false,
): ContainerProcess<ExitStatus> {
  const { options } = entrant;
  const opened = openTarget(kernel, target);
  const stdio = openStdio(kernel, options.terminal === undefined ? options.stdio : 'ignore');
  try {
    const launched = launch(kernel, opened, entrant, stdio, ownsStdio || stdio.hasPipes);
    return supervise(launched, opened, stdio, options);
  } catch (error) {
    const hasEnded = opened.hasEnded();
    opened.close();
    stdio.closeAll();
    throw execError(error, hasEnded);
  }
}

function launch(
  kernel: Kernel,
  target: OpenedTarget,
  { describe, options: { terminal, cgroup = NO_CGROUP }, filter }: Entrant,
  stdio: OpenedStdio,
  ownsStdio: boolean,
): StartedProcess {
  const plan = compileExecPlan(describe(target), {
    namespaces: target.namespaces,
    ownsStdio,
    setgroupsDenied: target.setgroupsDenied,
    ...filter,
  });
  const started = startProcess(kernel, {
    plan,
    helperPath: nsenterHelperPath(),
    cloneFlags: 0,
    stdio: stdio.childFds,
    cgroup,
    passFds: [target.pidfd],
    onTerminal: terminal?.onOpen ?? closeSync,
  });
  stdio.closeChildEnds();
  return started;
}

/** The process that options of `execIn` stand for, in the form of the OCI runtime-spec. */
function describeProcess(
  args: readonly string[],
  options: ExecOptions,
  { boundingSet }: OpenedTarget,
): Process {
  const { user = { uid: 0, gid: 0 }, terminal } = options;
  const { rows: height = 0, columns: width = 0 } = terminal ?? {};
  return {
    terminal: terminal !== undefined,
    consoleSize: { height, width },
    user,
    args,
    env: Object.entries(options.env ?? DEFAULT_ENV).map(([name, value]) => `${name}=${value}`),
    cwd: options.cwd ?? '/',
    capabilities: options.capabilities ?? capabilitiesFor(user.uid, boundingSet),
    rlimits: options.rlimits ?? [],
    noNewPrivileges: options.noNewPrivileges ?? true,
  };
}

function supervise(
  process: StartedProcess,
  target: OpenedTarget,
  { stdin, stdout, stderr }: OpenedStdio,
  options: Entrant['options'],
): ContainerProcess<ExitStatus> {
  const started = process.started.then(target.close, (error) => {
    const hasEnded = target.hasEnded();
    target.close();
    throw execError(error, hasEnded);
  });
  const result = Promise.all([started, process.exited]).then(([, status]) => status);
  result.catch(() => undefined);
  const child = new ContainerProcess({ process, stdin, stdout, stderr, started, exited: result });
  killOnAbort(child, process.exited, options);
  return child;
}
