import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Cgroup } from '@mini/cgroup-manager';
import type { OpenedRoot } from '@mini/rootfs-manager';
import { type MonitoredProcess, NO_CGROUP, startMonitored, writeIdMaps } from '@mini/runtime-core';
import { markBoot } from './boot-mark.js';
import { Cleanup } from './cleanup.js';
import type { ContainerRecord } from './container-record.js';
import { openContainerRoot } from './container-root.js';
import type { ContainerEntry } from './container-store.js';
import { findContainer, openSweptStore } from './containers.js';
import { closedOnce, makeContainer, withFailures } from './create-container.js';
import { type Engine, isPrivileged } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { openOomFile } from './oom-file.js';
import { type PreparedLaunch, prepareLaunch } from './prepare-launch.js';
import type { RunOptions } from './run-options.js';

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
  readonly cgroup: Cgroup | undefined;
  /** Never settles for a detached one. */
  readonly exited: MonitoredProcess['exited'];
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
  options: RunOptions,
  connection: StartConnection,
): Promise<NewStartedContainer> {
  const undo = new Cleanup();
  try {
    const { entry, record, root } = makeContainer(engine, options, undo);
    const launched = await launch(engine, record, entry.directory, root, connection, undo);
    recordEvent(engine, { id: entry.id, name: entry.name, record }, 'start');
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
    if (state.status === 'running') return undefined;
    const root = closedOnce(openContainerRoot(engine, record.root, directory));
    undo.add(root.close);
    // A status speaks of one start: with the old one gone, a failed start leaves a container that was never started.
    rmSync(join(directory, 'status'), { force: true });
    if (record.rm) store.reopen(id);
    const launched = await launch(engine, record, directory, root, connection, undo);
    recordEvent(engine, { id, name, record }, 'start');
    return { ...launched, id, name };
  } catch (error) {
    throw withFailures(error, undo);
  } finally {
    lock.release();
  }
}

async function launch(
  engine: Engine,
  record: ContainerRecord,
  directory: string,
  root: OpenedRoot,
  connection: StartConnection,
  undo: Cleanup,
): Promise<Omit<StartedContainer, 'id' | 'name'>> {
  try {
    const prepared = prepareLaunch(engine, record, root, undo);
    markBoot(directory);
    const { started, exited } = launchMonitor(engine, record, directory, root, connection, prepared);
    const { pid, pidfd } = await started;
    return { pid, pidfd, exited, cgroup: prepared.cgroup };
  } catch (error) {
    const { explainMissingInterpreter } = await import('./missing-interpreter.js');
    throw explainMissingInterpreter(engine, root.fd, record.spec.process, error);
  } finally {
    root.close();
  }
}

function launchMonitor(
  engine: Engine,
  { spec, interactive, log }: ContainerRecord,
  directory: string,
  root: OpenedRoot,
  { stdio, detached, onStdin }: StartConnection,
  { plan, cloneFlags, cgroup }: PreparedLaunch,
): MonitoredProcess {
  const { uidMappings = [], gidMappings = [] } = spec.linux;
  const join = cgroup?.openForLaunch();
  const directoryFd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const oomFd = cgroup === undefined ? -1 : openOomFile(cgroup);
  try {
    return startMonitored(engine.kernel, {
      plan,
      cloneFlags,
      stdio,
      cgroup: join ?? NO_CGROUP,
      passFds: root.passFds,
      terminal: spec.process.terminal ?? false,
      stdinOpen: interactive,
      keep: { detached, directoryFd, oomFd, log: log ?? undefined },
      ...(onStdin === undefined ? {} : { onStdin }),
      onBarrier: (_, pid) => writeIdMaps(pid, uidMappings, gidMappings, isPrivileged(engine)),
    });
  } finally {
    join?.close();
    closeSync(directoryFd);
    if (oomFd >= 0) closeSync(oomFd);
  }
}
