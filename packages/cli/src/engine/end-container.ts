import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { type ProcessIdentity, readProcessStartTime } from '@mini/state-store';
import { askToStayDown } from './container-files.js';
import type { ContainerRecord } from './container-record.js';
import { readContainerState, readStatus } from './container-state.js';
import { killCgroup } from './container-store.js';
import { type Container, findContainer, openSweptStore, resolveContainer } from './containers.js';
import { type Engine, openEngine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { removeForeignTrees, treeRemover } from './remove-foreign-tree.js';
import { removeUnreadable } from './remove-unreadable.js';
import { openPidfd, waitForEnd, waitForMonitor } from './wait-for-end.js';

/** How long a killed container may take to be gone. */
const KILL_TIMEOUT_MS = 10_000;
/** How long its monitor may take after it. */
const MONITOR_TIMEOUT_MS = 1000;

/**
 * Sends a signal to the first process of a running container. One that ends it, SIGKILL or its own stop signal, also keeps
 * its monitor from starting it again. Throws `RuntimeError` `container-not-running`.
 */
export function killContainer(reference: string, signal: number, engine: Engine = openEngine()): void {
  const container = findContainer(reference, engine);
  const isEnd = signal === constants.signals.SIGKILL || signal === container.record.stopSignal;
  const isSent = isEnd ? askToEnd(engine, container, signal) : signalContainer(engine, container, signal);
  if (!isSent) throw notRunning('kill', container);
}

/**
 * Asks a container to stop and waits; kills it when the time is over. One that does not run is left as it is. A negative
 * time waits for ever; its own stop signal and time unless told. Resolves when it has ended; rejects with the reason of
 * `abort`, and the container is asked all the same.
 */
export async function stopContainer(
  reference: string,
  options: StopRequest = {},
  engine: Engine = openEngine(),
): Promise<void> {
  const container = findContainer(reference, engine);
  const { stopSignal, stopTimeoutMs } = container.record;
  const { signal = stopSignal, timeoutMs = stopTimeoutMs, abort } = options;
  if (!askToEnd(engine, container, signal)) return;
  if (!(await waitForEnd(engine, container.directory, timeoutMs, abort))) {
    signalContainer(engine, container, constants.signals.SIGKILL);
    await waitForEnd(engine, container.directory, KILL_TIMEOUT_MS, abort);
  }
  recordEvent(engine, container, 'stop');
}

/** How a container is asked to stop. */
export interface StopRequest {
  /** Number of the signal. */
  readonly signal?: number;
  readonly timeoutMs?: number;
  /** Waits no longer: rejects with its reason. */
  readonly abort?: AbortSignal;
}

/**
 * Resolves with the exit code when the container has ended for good; `undefined` when nobody saw how. Rejects with the
 * reason of `signal` when that is aborted.
 */
export async function waitContainer(
  reference: string,
  { signal }: { readonly signal?: AbortSignal } = {},
  engine: Engine = openEngine(),
): Promise<number | undefined> {
  signal?.throwIfAborted();
  const container = findContainer(reference, engine);
  await waitForEnd(engine, container.directory, -1, signal);
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
  { force = false, volumes = false }: RemoveRequest = {},
  engine: Engine = openEngine(),
): Promise<void> {
  const container = force ? findOrRemove(reference, engine) : findContainer(reference, engine);
  if (container === undefined) return;
  const { status } = container.state;
  if ((status === 'running' || status === 'restarting') && !force) throw stillRunning(container);
  askToEnd(engine, container, constants.signals.SIGKILL);
  await endMonitor(engine, container);
  // Whatever else is in the group goes too: with the host's PID namespace the first process is not all.
  killCgroup(engine.layout, container.id);
  await waitForEnd(engine, container.directory, KILL_TIMEOUT_MS);
  if (container.record.extraDirectory !== undefined) treeRemover(engine)(container.record.extraDirectory);
  openSweptStore(engine).remove(container.id);
  await removeForeignTrees();
  recordEvent(engine, container, 'destroy');
  await removeVolumesOf(engine, container.record, volumes);
}

/** What of a container is removed, and when. */
export interface RemoveRequest {
  /** Also one that runs, or whose files cannot be read; one that does not exist is no fault. */
  readonly force?: boolean;
  /** Also its volumes without a name. */
  readonly volumes?: boolean;
}

async function removeVolumesOf(engine: Engine, { volumes, rm }: ContainerRecord, isWanted: boolean) {
  if (volumes === undefined || !(isWanted || rm)) return;
  const { removeAnonymousVolumes } = await import('./volumes/remove-anonymous.js');
  await removeAnonymousVolumes(engine, volumes);
}

/** A monitor whose client does not read what it is given waits for that client: not for long. */
async function endMonitor(engine: Engine, { directory }: Container): Promise<void> {
  const status = readStatus(directory);
  if (status === undefined || (await waitForMonitor(engine, directory, MONITOR_TIMEOUT_MS))) return;
  const { monitorPid, monitorStartTime } = status;
  signalProcess(engine, { pid: monitorPid, startTime: monitorStartTime }, constants.signals.SIGKILL);
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

/** Sees to it that the container does not come back, and sends the signal. `false` when it does not run. */
function askToEnd(engine: Engine, container: Container, signal: number): boolean {
  const { state, directory } = container;
  if (state.status !== 'running' && state.status !== 'restarting') return false;
  askToStayDown(directory);
  if (signalContainer(engine, container, signal)) return true;
  // Between two runs there is but the monitor.
  const status = readStatus(directory);
  if (status === undefined) return false;
  const { monitorPid, monitorStartTime } = status;
  return signalProcess(engine, { pid: monitorPid, startTime: monitorStartTime }, constants.signals.SIGTERM);
}

/** `false` when it does not run. */
function signalContainer(engine: Engine, container: Container, signal: number): boolean {
  const status = readStatus(container.directory);
  if (status === undefined || status.endedMs !== 0) return false;
  // Told first: its end, which another process tells, comes after it.
  const tell = () => recordEvent(engine, container, 'kill', { signal: String(signal) });
  return signalProcess(engine, status, signal, tell);
}

/** The pidfd is opened first and the start time compared then: no other process is struck. */
function signalProcess(
  { kernel }: Engine,
  { pid, startTime }: ProcessIdentity,
  signal: number,
  before?: () => void,
): boolean {
  const pidfd = openPidfd(kernel, pid);
  if (pidfd === undefined) return false;
  try {
    if (readProcessStartTime(pid) !== startTime) return false;
    before?.();
    return kernel.sendSignal(pidfd, signal);
  } finally {
    closeSync(pidfd);
  }
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
