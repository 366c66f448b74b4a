import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { isAlive, readProcessStartTime, removeTree } from '@mini/state-store';
import { readContainerState, readStatus } from './container-state.js';
import { killCgroup } from './container-store.js';
import { type Container, findContainer, openSweptStore, resolveContainer } from './containers.js';
import { type Engine, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { removeUnreadable } from './remove-unreadable.js';

/** How long a killed container, and its monitor after it, may take to be gone. */
const KILL_TIMEOUT_MS = 10_000;

/** Sends a signal to the first process of a running container. Throws `RuntimeError` `container-not-running`. */
export function killContainer(reference: string, signal: number, engine: Engine = openEngine()): void {
  const container = findContainer(reference, engine);
  if (!signalContainer(engine, container, signal)) throw notRunning('kill', container);
}

/** How a container is asked to stop. */
export interface StopRequest {
  /** Number of the signal to ask with; the container's own unless told. */
  readonly signal?: number;
  /** How long to wait before it is killed; negative: for ever. */
  readonly timeoutMs?: number;
}

/**
 * Asks a container to stop and waits; kills it when the time is over. One that does not run is left as it is. A negative
 * time waits for ever. Resolves when it has ended.
 */
export async function stopContainer(
  reference: string,
  { signal, timeoutMs = 10_000 }: StopRequest = {},
  engine: Engine = openEngine(),
): Promise<void> {
  const container = findContainer(reference, engine);
  if (!signalContainer(engine, container, signal ?? container.record.stopSignal)) return;
  if (!(await waitForEnd(engine, container, timeoutMs))) {
    signalContainer(engine, container, constants.signals.SIGKILL);
    await waitForEnd(engine, container, KILL_TIMEOUT_MS);
  }
  recordEvent(engine, container, 'stop');
}

/** Resolves with the exit code when the container has ended; `undefined` when nobody saw how. */
export async function waitContainer(
  reference: string,
  engine: Engine = openEngine(),
): Promise<number | undefined> {
  const container = findContainer(reference, engine);
  await waitForEnd(engine, container, -1);
  const state = readContainerState(container.directory);
  return state.status === 'exited' ? state.exit?.exitCode : undefined;
}

/**
 * Removes a container with everything of it. Throws `RuntimeError` `container-running` for one that runs, unless `force`
 * ends it first; with `force` one that does not exist is no fault, and one whose files cannot be read is ended and removed
 * by what else is known of it, or `container-alive` is thrown.
 */
export async function removeContainer(
  reference: string,
  { force = false }: { readonly force?: boolean } = {},
  engine: Engine = openEngine(),
): Promise<void> {
  const container = force ? findOrRemove(reference, engine) : findContainer(reference, engine);
  if (container === undefined) return;
  if (container.state.status === 'running' && !force) throw stillRunning(container);
  signalContainer(engine, container, constants.signals.SIGKILL);
  // Whatever else is in the group goes too: with the host's PID namespace the first process is not all.
  killCgroup(engine.layout, container.id);
  await waitForEnd(engine, container, KILL_TIMEOUT_MS);
  if (container.record.extraDirectory !== undefined) removeTree(container.record.extraDirectory);
  openSweptStore(engine).remove(container.id);
  recordEvent(engine, container, 'destroy');
}

/** `undefined` when nothing is left to be done: it is not there, or could not be read and is removed. */
function findOrRemove(reference: string, engine: Engine): Container | undefined {
  try {
    return findContainer(reference, engine);
  } catch (error) {
    if (!isRuntimeError(error) || !/^state-(missing|corrupt)$/.test(error.code)) throw error;
    const id = resolveOrNothing(reference, engine);
    if (id !== undefined) removeUnreadable(engine, openSweptStore(engine), id);
    return undefined;
  }
}

function resolveOrNothing(reference: string, engine: Engine): string | undefined {
  try {
    return resolveContainer(reference, engine);
  } catch (error) {
    if (isRuntimeError(error) && error.code === 'state-missing') return undefined;
    throw error;
  }
}

/** `false` when it does not run. The pidfd is opened first and the start time compared then: no other process is struck. */
function signalContainer(engine: Engine, container: Container, signal: number): boolean {
  const { kernel } = engine;
  const status = readStatus(container.directory);
  if (status === undefined || status.endedMs !== 0) return false;
  const pidfd = openPidfd(kernel, status.pid);
  if (pidfd === undefined) return false;
  try {
    if (readProcessStartTime(status.pid) !== status.startTime || !kernel.sendSignal(pidfd, signal))
      return false;
    recordEvent(engine, container, 'kill', { signal: String(signal) });
    return true;
  } finally {
    closeSync(pidfd);
  }
}

function openPidfd(kernel: Engine['kernel'], pid: number): number | undefined {
  try {
    return kernel.openPidfd(pid);
  } catch {
    return undefined;
  }
}

/** Waits for the container and then for its monitor, which notes how it ended. `false` when the time was over first. */
async function waitForEnd({ kernel }: Engine, { directory }: Container, timeoutMs: number): Promise<boolean> {
  const status = readStatus(directory);
  if (status === undefined || status.endedMs !== 0) return true;
  const { pid, startTime, monitorPid, monitorStartTime } = status;
  const processes = [
    { pid, startTime },
    { pid: monitorPid, startTime: monitorStartTime },
  ];
  for (const process of processes) {
    const pidfd = openPidfd(kernel, process.pid);
    if (pidfd === undefined) continue;
    const isOver = !isAlive(process) || (await waitReadable(kernel, pidfd, timeoutMs));
    closeSync(pidfd);
    if (!isOver) return false;
  }
  return true;
}

function waitReadable(kernel: Engine['kernel'], fd: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isReadable: boolean) => {
      unwatch();
      clearTimeout(timer);
      resolve(isReadable);
    };
    const timer = timeoutMs < 0 ? undefined : setTimeout(() => finish(false), timeoutMs);
    const unwatch = kernel.watch(fd, () => finish(true));
  });
}

function notRunning(verb: string, { name }: Container): RuntimeError<'container-not-running'> {
  return new RuntimeError({
    code: 'container-not-running',
    message: `failed to ${verb} container "${name}": it is not running`,
  });
}

function stillRunning({ name }: Container): RuntimeError<'container-running'> {
  return new RuntimeError({
    code: 'container-running',
    message: `failed to remove container "${name}": it is running`,
    context: { hint: 'stop it first, or use rm -f' },
  });
}
