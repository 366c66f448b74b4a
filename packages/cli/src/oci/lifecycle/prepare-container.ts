import { closeSync, rmSync } from 'node:fs';
import { type Cgroup, type CgroupLayout, createCgroup, detectCgroupLayout } from '@mini/cgroup-manager';
import type { Kernel, Plan } from '@mini/contracts';
import { BARRIER, cloneFlags, type LaunchCgroup, writeIdMaps } from '@mini/runtime-core';
import { readBootId, readProcessStartTime } from '@mini/state-store';
import { readAvailableCapabilities } from '../../engine/available-capabilities.js';
import type { Cleanup } from '../../engine/cleanup.js';
import type { Bundle } from '../bundle.js';
import type { OciContext } from '../context.js';
import {
  type ContainerDirectory,
  claimContainer,
  removeContainerDirectory,
} from '../state/container-directory.js';
import {
  type ContainerRecord,
  type RecordedOptions,
  writeContainerRecord,
} from '../state/container-record.js';
import { cgroupPathOf } from './cgroup-path.js';
import { assignFds, compileContainer, isBornInCgroup } from './compile-container.js';
import { withDefaultDeviceRules } from './default-device-rules.js';
import { maskCapabilities } from './mask-capabilities.js';
import { writePidFile } from './pid-file.js';
import { listPreservedFds } from './preserved-fds.js';

export interface CreateRequest {
  readonly id: string;
  readonly bundle: Bundle;
  readonly options: RecordedOptions;
  readonly pidFile?: string;
  readonly consoleSocket?: string;
}

/** A container of which all is made but its process: what a launch needs. */
export interface PreparedContainer {
  readonly record: ContainerRecord;
  readonly directory: ContainerDirectory;
  readonly plan: Plan;
  readonly cloneFlags: number;
  readonly cgroup: LaunchCgroup;
  readonly passFds: readonly number[];
  /** Our part at a barrier of the Plan. */
  onBarrier(barrier: number, pid: number): void;
  /** Closes what the launch has passed on. */
  closePassed(): void;
}

/**
 * Takes the id, makes the cgroup and compiles the Plan. `undo` takes all of it back. `waits` tells whether the process is
 * to wait, created, until it is started.
 */
export function prepareContainer(
  kernel: Kernel,
  context: OciContext,
  request: CreateRequest,
  waits: boolean,
  undo: Cleanup,
): PreparedContainer {
  const preserved = listPreservedFds(request.options.preservedFds);
  const layout = detectCgroupLayout();
  const record = describeContainer(request, context);
  const plan = compileContainer(record, layout, assignFds(waits, preserved.length));
  const directory = claimContainer(kernel, context.root, request.id);
  undo.add(() => directory.close());
  undo.add(() => removeContainerDirectory(directory.path));
  // Before the first thing is made outside of the directory: who deletes what we leave when we are killed reads it.
  writeContainerRecord(directory.path, record);
  const cgroup = makeCgroup(layout, record, context, undo);
  const join = cgroup.openForLaunch();
  const listeners = waits ? [kernel.listenSocket(directory.socketPath)] : [];
  const { uidMappings = [], gidMappings = [] } = record.spec.linux;
  return {
    record,
    directory,
    plan,
    cloneFlags: cloneFlags(record.spec, isBornInCgroup(layout)),
    cgroup: join,
    passFds: [...listeners, ...preserved],
    onBarrier(barrier, pid) {
      const isPrivileged = process.geteuid?.() === 0;
      if (barrier === BARRIER.idMaps) writeIdMaps(pid, uidMappings, gidMappings, isPrivileged);
      if (barrier === BARRIER.created) announceProcess({ record, directory }, pid, request.pidFile, undo);
    },
    closePassed() {
      join.close();
      listeners.forEach(closeSync);
    },
  };
}

function describeContainer({ id, bundle, options }: CreateRequest, { log }: OciContext): ContainerRecord {
  const available = readAvailableCapabilities(process.geteuid?.() ?? 0);
  const { spec, dropped } = maskCapabilities(bundle.spec, available);
  if (dropped.length > 0) log.warn(`this machine cannot give the capabilities ${dropped.join(', ')}`);
  return {
    id,
    bundle: bundle.path,
    rootfs: bundle.rootfs,
    created: new Date().toISOString(),
    cgroup: cgroupPathOf(spec.linux.cgroupsPath, id),
    spec,
    options,
  };
}

function makeCgroup(
  layout: CgroupLayout,
  record: ContainerRecord,
  { log }: OciContext,
  undo: Cleanup,
): Cgroup {
  const resources = withDefaultDeviceRules(record.spec.linux.resources ?? {});
  const cgroup = createCgroup(layout, record.cgroup!, resources);
  undo.add(() => cgroup.remove());
  undo.add(() => cgroup.kill());
  for (const note of cgroup.notes) log.warn(note);
  return cgroup;
}

/** The last thing before the container is there: everybody can find its process now. */
export function announceProcess(
  { record, directory }: Pick<PreparedContainer, 'record' | 'directory'>,
  pid: number,
  pidFile: string | undefined,
  undo: Cleanup,
): void {
  const startTime = readProcessStartTime(pid) ?? 0;
  writeContainerRecord(directory.path, { ...record, process: { pid, startTime, bootId: readBootId() } });
  if (pidFile === undefined) return;
  undo.add(() => rmSync(pidFile, { force: true }));
  writePidFile(pidFile, pid);
}
