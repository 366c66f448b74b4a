import { rmSync } from 'node:fs';
import type { Kernel, Plan, Spec } from '@mini/contracts';
import { BARRIER, cloneFlags, type LaunchCgroup, NO_CGROUP, writeIdMaps } from '@mini/runtime-core';
import { readBootId, readProcessStartTime } from '@mini/state-store';
import type { Cleanup } from '../../engine/cleanup.js';
import type { Bundle } from '../bundle.js';
import { readCaller } from '../caller.js';
import { cgroupLayout } from '../cgroup-layout.js';
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
import { writeContainerSpec } from '../state/container-spec.js';
import { describeForHooks } from '../state/describe-state.js';
import { type ChosenCgroup, chooseCgroup } from './choose-cgroup.js';
import { compileContainer, isBornInCgroup } from './compile-container.js';
import { fitSpec } from './fit-spec.js';
import { runPoststop } from './late-hooks.js';
import { loadDeviceMover } from './load-device-mover.js';
import { makeCgroup } from './make-cgroup.js';
import { canCloneMounts, openPassed } from './open-passed.js';
import { writePidFile } from './pid-file.js';
import { listPreservedFds } from './preserved-fds.js';
import { runHooks } from './run-hooks.js';
import { checkListener } from './seccomp-listener.js';
import { withHome } from './with-home.js';

export interface CreateRequest {
  readonly id: string;
  readonly bundle: Bundle;
  readonly options: Omit<RecordedOptions, 'clonesMounts'>;
  /** Variables beyond those of the Spec, for the first process alone. */
  readonly env: readonly string[];
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
  onBarrier(barrier: number, pid: number): void | Promise<void>;
  /** Closes what the launch has passed on, and ends what has stood in for its process. */
  closePassed(): void;
}

/**
 * Takes the id, makes the cgroup and compiles the Plan. `undo` takes all of it back. `waits` tells whether the process is
 * to wait, created, until it is started.
 */
export async function prepareContainer(
  kernel: Kernel,
  context: OciContext,
  request: CreateRequest,
  waits: boolean,
  undo: Cleanup,
): Promise<PreparedContainer> {
  const preserved = listPreservedFds(request.options.preservedFds);
  checkListener(request.bundle.spec.linux.seccomp);
  const layout = cgroupLayout();
  const spec = fitSpec(request.bundle.spec, context.log);
  const moveDevices = await loadDeviceMover(spec);
  const chosen = chooseCgroup(context, layout, spec, request.id);
  const record = describeContainer(request, spec, chosen, canCloneMounts(kernel));
  // In the Plan alone: who enters later may be another user, with another home.
  const first = { ...spec.process, env: [...(spec.process.env ?? []), ...request.env] };
  const atHome = { ...spec, process: withHome(kernel, first, record.rootfs) };
  const { plan, passed } = compileContainer(await withHookEnv(atHome, context), record, layout, waits);
  const directory = claimContainer(kernel, context.root, request.id);
  // Where one hook failed, those before it have done their work; as under runc this goes for every failure.
  undo.add(() => runPoststop(record, context.log));
  undo.add(() => directory.close());
  undo.add(() => removeContainerDirectory(directory.path));
  // Before the first thing is made outside of the directory: who deletes what we leave when we are killed reads it.
  writeContainerSpec(directory.path, spec);
  writeContainerRecord(directory.path, record);
  const group =
    chosen === undefined
      ? undefined
      : await makeCgroup(kernel, context, record.id, spec, layout, chosen, undo);
  const opened = openPassed(kernel, spec, {
    bundle: record.bundle,
    rootfs: record.rootfs,
    directory: directory.path,
    clonesMounts: record.options.clonesMounts,
    passed,
    preserved,
    ...(waits ? { listener: kernel.listenSocket(directory.socketPath) } : {}),
  });
  undo.add(() => opened.close());
  const join = group?.cgroup.openForLaunch();
  const { uidMappings = [], gidMappings = [] } = spec.linux;
  return {
    record,
    directory,
    plan,
    cloneFlags: cloneFlags(spec, isBornInCgroup(layout)),
    cgroup: join ?? NO_CGROUP,
    passFds: opened.fds,
    onBarrier(barrier, pid) {
      if (barrier === BARRIER.idMaps) return writeIdMaps(kernel, pid, uidMappings, gidMappings, readCaller());
      if (barrier === BARRIER.runtimeHooks) {
        moveDevices?.(kernel, spec, pid);
        opened.writeStates((status) => describeForHooks(record, status, pid));
        runRuntimeHooks(spec, record, pid);
      }
      if (barrier === BARRIER.created) announceProcess({ record, directory }, pid, request.pidFile, undo);
    },
    closePassed() {
      group?.endPlaceholder();
      join?.close();
      opened.close();
    },
  };
}

/** Few containers have hooks of their own side. */
async function withHookEnv(spec: Spec, { env }: OciContext): Promise<Spec> {
  const { createContainer = [], startContainer = [] } = spec.hooks ?? {};
  if (createContainer.length + startContainer.length === 0) return spec;
  return (await import('./hook-env.js')).fillHookEnv(spec, env);
}

function runRuntimeHooks({ hooks = {} }: Spec, record: ContainerRecord, pid: number): void {
  const call = { state: describeForHooks(record, 'creating', pid), bundle: record.bundle };
  runHooks('prestart', hooks.prestart, call);
  runHooks('createRuntime', hooks.createRuntime, call);
}

function describeContainer(
  { id, bundle, options }: CreateRequest,
  spec: Spec,
  chosen: ChosenCgroup | undefined,
  clonesMounts: boolean,
): ContainerRecord {
  const { poststart = [], poststop = [] } = spec.hooks ?? {};
  return {
    id,
    bundle: bundle.path,
    rootfs: bundle.rootfs,
    created: new Date().toISOString(),
    ...(chosen === undefined ? {} : { cgroup: chosen.path }),
    ...(chosen?.scope === undefined ? {} : { unit: chosen.scope.unit }),
    ociVersion: spec.ociVersion,
    ...(spec.annotations === undefined ? {} : { annotations: spec.annotations }),
    ...(poststart.length + poststop.length === 0 ? {} : { hooks: { poststart, poststop } }),
    options: { ...options, clonesMounts },
  };
}

/** The last thing before the container is there: everybody can find its process now. */
export function announceProcess(
  { record, directory }: Pick<PreparedContainer, 'record' | 'directory'>,
  pid: number,
  pidFile: string | undefined,
  undo: Cleanup,
): ContainerRecord {
  const startTime = readProcessStartTime(pid) ?? 0;
  const announced = { ...record, process: { pid, startTime, bootId: readBootId() } };
  writeContainerRecord(directory.path, announced);
  if (pidFile !== undefined) {
    undo.add(() => rmSync(pidFile, { force: true }));
    writePidFile(pidFile, pid);
  }
  return announced;
}
