import { closeSync, constants as fsConstants, openSync } from 'node:fs';
import { type Process, RuntimeError } from '@mini/contracts';
import { resolveUser } from '@mini/rootfs-manager';
import { readAvailableCapabilities } from './available-capabilities.js';
import { compileFilter } from './container-seccomp.js';
import { readContainerState } from './container-state.js';
import { type Container, findContainer } from './containers.js';
import type { Engine } from './engine.js';
import { describeExecProcess } from './exec-process.js';
import { isPaused } from './life/container-status.js';
import { explainMissingInterpreter } from './missing-interpreter.js';

/** What of a further process differs from its container's first one. */
export interface EntryRequest {
  readonly command: readonly string[];
  /** `KEY=value`, on top of the container's own environment; the later one wins. */
  readonly env?: readonly string[];
  /** The container's own unless told. */
  readonly workdir?: string;
  /** `user[:group]`, looked up in the container's root; the container's own unless told. */
  readonly user?: string;
  readonly tty?: boolean;
  /** All capabilities, no filter of system calls, no no_new_privs, whatever the container itself has. */
  readonly privileged?: boolean;
}

/** A command and the container it enters. */
export interface Entry {
  readonly engine: Engine;
  readonly container: Container;
  /** Of the container's first process. */
  readonly pid: number;
  readonly request: EntryRequest;
}

/**
 * A container that a command can enter. Throws `RuntimeError`: `container-not-running`, `container-paused`, and what
 * `findContainer` throws.
 */
export function findToEnter(engine: Engine, reference: string): Pick<Entry, 'container' | 'pid'> {
  const container = findContainer(reference, engine);
  const state = readContainerState(container.directory);
  if (state.status !== 'running') throw notRunning(container);
  // What entered would stand still at once, and we with it.
  if (isPaused(engine, container.id)) throw paused(container);
  return { container, pid: state.pid };
}

/** The container's own process, with another command, and what the request changes. */
export function describeEntry(
  { engine, container, pid, request }: Entry,
  terminalSize: Pick<Process, 'consoleSize'> = {},
): Process {
  const { command, env = [], workdir, user, tty = false, privileged = false } = request;
  return describeExecProcess(container.record.spec.process, {
    command,
    env,
    workdir,
    tty,
    ...(privileged ? { privileged: readAvailableCapabilities(engine.caller.uid) } : {}),
    ...(user === undefined ? {} : { user: lookUp(engine, pid, user) }),
    ...terminalSize,
  });
}

/** The container's own filter of system calls; none for what is privileged. */
export function filterOf({ engine, container, request }: Entry): ReturnType<typeof compileFilter> {
  return compileFilter(engine, request.privileged ? undefined : container.record.spec.linux.seccomp);
}

/** The error of a start, with what the container's root tells of it. */
export function explainStart({ engine, pid }: Entry, described: Process, error: unknown): unknown {
  try {
    return withRootOf(pid, (rootFd) => explainMissingInterpreter(engine, rootFd, described, error));
  } catch {
    // The container has ended meanwhile.
    return error;
  }
}

function lookUp({ kernel }: Engine, pid: number, user: string): Process['user'] {
  return withRootOf(pid, (rootFd) => {
    const { uid, gid, additionalGids } = resolveUser(kernel, rootFd, user);
    return { uid, gid, additionalGids };
  });
}

/** Files are read below the root of the container's first process, and never leave it. */
function withRootOf<T>(pid: number, use: (rootFd: number) => T): T {
  const rootFd = openSync(`/proc/${pid}/root`, fsConstants.O_RDONLY | fsConstants.O_DIRECTORY);
  try {
    return use(rootFd);
  } finally {
    closeSync(rootFd);
  }
}

function notRunning({ name }: Container): RuntimeError<'container-not-running'> {
  return new RuntimeError({
    code: 'container-not-running',
    message: `failed to run a command in container "${name}": it is not running`,
  });
}

function paused({ name }: Container): RuntimeError<'container-paused'> {
  return new RuntimeError({
    code: 'container-paused',
    message: `failed to run a command in container "${name}": it is paused`,
    context: { hint: `mini unpause ${name} lets it go on` },
  });
}
