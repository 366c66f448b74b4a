import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitorStep } from '@mini/contracts';
import type { OpenedRoot } from '@mini/rootfs-manager';
import { type MonitoredProcess, NO_CGROUP, startMonitored } from '@mini/runtime-core';
import { markBoot } from './boot-mark.js';
import { Cleanup } from './cleanup.js';
import { openKeep } from './compile-keep.js';
import { KEEP_FILE, RESTART_FILE, STOP_FILE } from './container-files.js';
import type { ContainerRecord } from './container-record.js';
import { openContainerRoot } from './container-root.js';
import { readStatus } from './container-state.js';
import type { ContainerEntry } from './container-store.js';
import { findContainer, openSweptStore } from './containers.js';
import { closedOnce, makeContainer, withFailures } from './create-container.js';
import { endProcesses } from './end-processes.js';
import { type Engine, isPrivileged } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { withIdMaps } from './id-maps.js';
import { withImage } from './images/with-image.js';
import { type PreparedLaunch, prepareLaunch } from './prepare-launch.js';
import type { RunOptions } from './run-options.js';
import type { MonitorNamespace } from './user-namespace/monitor-namespace.js';
import { waitForMonitor } from './wait-for-end.js';

const MONITOR_TIMEOUT_MS = 10_000;

/** How a start is connected to this process. */
export interface StartConnection {
  readonly stdio: readonly [number, number, number];
  /** Let this process go once the command runs. */
  readonly detached: boolean;
  /** Where the container's stdin is written; the descriptor is the callee's. */
  readonly onStdin?: (sinkFd: number) => void;
}

/** A container whose command runs. */
export interface StartedContainer {
  readonly id: string;
  readonly name: string;
  readonly pid: number;
  /** The caller's to close. */
  readonly pidfd: number;
  /** Never settles for a detached one. */
  readonly exited: MonitoredProcess['exited'];
  /** Lets its monitor go. */
  readonly close: () => void;
}

/** One that was made by the same call. */
export interface NewStartedContainer extends StartedContainer {
  readonly entry: ContainerEntry;
  /** Takes back everything that was made, for a container that is not to stay. */
  readonly undo: Cleanup;
}

/** Makes a container and starts its command under a monitor. Rejects with nothing left behind. */
export async function startNewContainer(
  engine: Engine,
  request: RunOptions,
  connection: StartConnection,
): Promise<NewStartedContainer> {
  return await withImage(engine, await withIdMaps(engine, request), (options) =>
    startNew(engine, options, connection),
  );
}

async function startNew(
  engine: Engine,
  options: RunOptions,
  connection: StartConnection,
): Promise<NewStartedContainer> {
  const undo = new Cleanup();
  try {
    const { entry, record, root } = await makeContainer(engine, options, undo);
    const launched = await launch(engine, { ...entry, record, root }, connection, undo);
    entry.complete({ runs: true });
    return { ...launched, id: entry.id, name: entry.name, entry, undo };
  } catch (error) {
    throw withFailures(error, undo);
  }
}

/**
 * Starts a container that exists and has ended, or was never started; what it had changed in its root is there again.
 * `undefined` when it runs already. Rejects as `run` does; the container stays.
 */
export async function startExistingContainer(
  engine: Engine,
  reference: string,
  connection: StartConnection,
): Promise<StartedContainer | undefined> {
  const store = openSweptStore(engine);
  const { id } = findContainer(reference, engine);
  const lock = store.lock(id);
  const undo = new Cleanup();
  try {
    const { name, record, directory, state } = findContainer(id, engine);
    if (state.status === 'running' || state.status === 'restarting') return undefined;
    // One that has just ended still tidies up, and would take the new groups for its own.
    await waitForMonitor(engine, directory, MONITOR_TIMEOUT_MS);
    const root = closedOnce(
      openContainerRoot(engine, record.root, directory, record.restart.policy !== 'no'),
    );
    undo.add(root.close);
    // What speaks of one start: with that gone, a failed start leaves a container that was never started.
    for (const file of ['status', 'health', STOP_FILE, RESTART_FILE, KEEP_FILE]) {
      rmSync(join(directory, file), { force: true });
    }
    if (record.rm) store.reopen(id);
    const removalSteps = record.rm ? store.compileRemoval(id) : [];
    const request = { id, name, record, directory, root, removalSteps };
    const started = await launch(engine, request, connection, undo);
    return { ...started, id, name };
  } catch (error) {
    throw withFailures(error, undo);
  } finally {
    lock.release();
  }
}

interface LaunchRequest {
  readonly id: string;
  readonly name: string;
  readonly record: ContainerRecord;
  readonly directory: string;
  readonly root: OpenedRoot;
  readonly removalSteps: readonly MonitorStep[];
}

/** What is looked up for the few that need it. */
interface FoundForLaunch {
  readonly namespace: MonitorNamespace | undefined;
  readonly volumeSteps: readonly MonitorStep[];
}

async function launch(
  engine: Engine,
  request: LaunchRequest,
  connection: StartConnection,
  undo: Cleanup,
): Promise<Omit<StartedContainer, 'id' | 'name'>> {
  const { record } = request;
  let { root } = request;
  try {
    root = await withBinds(engine, request);
    const namespace = await findMonitorNamespace(engine, request);
    const prepared = prepareLaunch(engine, record, root, namespace?.isShared ?? false, undo);
    markBoot(request.directory);
    if (!connection.detached) recordEvent(engine, request, 'attach');
    const volumeSteps = await compileVolumeSteps(engine, request);
    undo.add(() => endLeftOver(engine, request.directory));
    const all = { ...request, root, namespace, volumeSteps };
    const { started, exited, close } = launchMonitor(engine, all, connection, prepared);
    const { pid, pidfd } = await started;
    return { pid, pidfd, exited, close };
  } catch (error) {
    const { explainMissingInterpreter } = await import('./missing-interpreter.js');
    throw explainMissingInterpreter(engine, root.fd, record.spec.process, error);
  } finally {
    root.close();
  }
}

/** A start may fail when its command runs already: the monitor was killed. Where there is no cgroup, its status tells. */
function endLeftOver(engine: Engine, directory: string): void {
  const status = readStatus(directory);
  if (status === undefined || status.endedMs !== 0) return;
  endProcesses(engine, [{ pid: status.pid, startTime: status.startTime }]);
  rmSync(join(directory, 'status'), { force: true });
}

/** An ordinary user's monitor is root of a user namespace, which is looked up for that alone. */
async function findMonitorNamespace(
  engine: Engine,
  request: LaunchRequest,
): Promise<MonitorNamespace | undefined> {
  if (isPrivileged(engine)) return undefined;
  const { openMonitorNamespace } = await import('./user-namespace/monitor-namespace.js');
  return openMonitorNamespace(engine, request);
}

async function withBinds(engine: Engine, { record, root }: LaunchRequest): Promise<OpenedRoot> {
  if (record.passesBinds !== true) return root;
  const { withPassedBinds } = await import('./passed-binds.js');
  return withPassedBinds(engine, record, root);
}

/** For those that have any. */
async function compileVolumeSteps(
  engine: Engine,
  { id, record }: LaunchRequest,
): Promise<readonly MonitorStep[]> {
  if (record.volumes === undefined) return [];
  const { compileVolumeKeep } = await import('./volumes/volume-keep.js');
  return compileVolumeKeep(engine, id, record);
}

function launchMonitor(
  engine: Engine,
  request: LaunchRequest & FoundForLaunch,
  { stdio, detached, onStdin }: StartConnection,
  { plan, cloneFlags, cgroup, bornInCgroup }: PreparedLaunch,
): MonitoredProcess {
  const { record, root, namespace } = request;
  const { spec, interactive, restart, rm } = record;
  const join = cgroup?.openForLaunch();
  // `mini update` may give a container in the background another policy.
  const mayRestart = !rm && (detached || restart.policy !== 'no');
  const keep = openKeep({ engine, ...request, cgroup, bornInCgroup, mayRestart });
  try {
    return startMonitored(engine.kernel, {
      plan,
      cloneFlags,
      stdio,
      cgroup: join ?? NO_CGROUP,
      passFds: root.passFds,
      terminal: spec.process.terminal ?? false,
      stdinOpen: interactive,
      detached,
      keep,
      ...(onStdin === undefined ? {} : { onStdin }),
      ...(namespace === undefined ? {} : { writeMonitorMaps: namespace.writeMaps }),
    });
  } finally {
    join?.close();
    keep.close();
  }
}
