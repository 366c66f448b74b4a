import { closeSync, constants, openSync } from 'node:fs';
import type { Cgroup } from '@mini/cgroup-manager';
import { isRuntimeError } from '@mini/contracts';
import { type MonitoredProcess, NO_CGROUP, startMonitored, writeIdMaps } from '@mini/runtime-core';
import { writeCidfile } from './cidfile.js';
import { Cleanup } from './cleanup.js';
import type { ContainerRecord } from './container-record.js';
import { type ContainerEntry, reserveContainer } from './container-store.js';
import { type Engine, isPrivileged } from './engine.js';
import { openOomFile } from './oom-file.js';
import { type PreparedContainer, prepareContainer } from './prepare-container.js';
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
  readonly entry: ContainerEntry;
  readonly pid: number;
  /** The caller's to close. */
  readonly pidfd: number;
  readonly cgroup: Cgroup | undefined;
  /** Never settles for a detached one. */
  readonly exited: MonitoredProcess['exited'];
  /** Takes back everything that was made, for a container that is not to stay. */
  readonly undo: Cleanup;
}

/** Makes a container and starts its command under a monitor. Rejects with nothing left behind. */
export async function startContainer(
  engine: Engine,
  options: RunOptions,
  connection: StartConnection,
): Promise<StartedContainer> {
  const undo = new Cleanup();
  try {
    const entry = reserveContainer(engine, options, undo);
    if (options.cidfile !== undefined) writeCidfile(options.cidfile, entry.id, undo);
    const prepared = prepareContainer(engine, options, entry, undo);
    entry.write(describe(options, prepared));
    const { started, exited } = launch(engine, options, connection, entry, prepared);
    const { pid, pidfd } = await started;
    entry.complete();
    return { entry, pid, pidfd, cgroup: prepared.cgroup, exited, undo };
  } catch (error) {
    const failures = undo.run();
    throw isRuntimeError(error) ? error.withCleanup(failures) : error;
  }
}

function launch(
  engine: Engine,
  { tty, interactive, log }: RunOptions,
  { stdio, detached, onStdin }: StartConnection,
  { directory }: ContainerEntry,
  prepared: PreparedContainer,
): MonitoredProcess {
  const { plan, cloneFlags, passFds, closeRoot, cgroup, spec } = prepared;
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
      passFds,
      terminal: tty,
      stdinOpen: interactive,
      keep: { detached, directoryFd, oomFd, log: log ?? undefined },
      ...(onStdin === undefined ? {} : { onStdin }),
      onBarrier: (_, pid) => writeIdMaps(pid, uidMappings, gidMappings, isPrivileged(engine)),
    });
  } finally {
    join?.close();
    closeSync(directoryFd);
    if (oomFd >= 0) closeSync(oomFd);
    closeRoot();
  }
}

function describe(
  { root, rm, stopSignal, labels }: RunOptions,
  prepared: PreparedContainer,
): ContainerRecord {
  const { spec, extraDirectory } = prepared;
  return {
    createdMs: Date.now(),
    image: root.kind === 'host' ? 'host' : root.path,
    spec,
    rm,
    stopSignal,
    labels,
    ...(extraDirectory === undefined ? {} : { extraDirectory }),
  };
}
