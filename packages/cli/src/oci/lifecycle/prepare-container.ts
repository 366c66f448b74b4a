import type { Kernel, Plan, Spec } from '@mini/contracts';
import { cloneFlags, type LaunchCgroup, NO_CGROUP } from '@mini/runtime-core';
import type { Cleanup } from '../../engine/cleanup.js';
import type { Bundle } from '../bundle.js';
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
import type { UnannouncedContainer } from './announce-process.js';
import { type AnswerBarrier, answerBarriers } from './answer-barriers.js';
import { type ChosenCgroup, chooseCgroup } from './choose-cgroup.js';
import { compileContainer, isBornInCgroup } from './compile-container.js';
import { fitSpec } from './fit-spec.js';
import { runPoststop } from './late-hooks.js';
import { loadDeviceMover } from './load-device-mover.js';
import { makeCgroup } from './make-cgroup.js';
import { canCloneMounts, openPassed } from './open-passed.js';
import { listPreservedFds } from './preserved-fds.js';
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
export interface PreparedContainer extends UnannouncedContainer {
  readonly plan: Plan;
  readonly cloneFlags: number;
  readonly cgroup: LaunchCgroup;
  readonly passFds: readonly number[];
  readonly onBarrier: AnswerBarrier;
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
  const firstSpec = await withFirstEnv(kernel, context, spec, request.env, record.rootfs);
  const { plan, passed } = compileContainer(firstSpec, record, layout, waits);
  const made = { record, directory: claimDirectory(kernel, context, spec, record, undo) };
  const group = chosen && (await makeCgroup(kernel, context, record.id, spec, layout, chosen, undo));
  const opened = openPassed(kernel, spec, { ...made, passed, preserved, waits });
  undo.add(() => opened.close());
  const join = group?.cgroup.openForLaunch();
  return {
    ...made,
    plan,
    cloneFlags: cloneFlags(spec, isBornInCgroup(layout)),
    cgroup: join ?? NO_CGROUP,
    passFds: opened.fds,
    onBarrier: answerBarriers(kernel, { ...made, spec, opened, moveDevices, pidFile: request.pidFile }, undo),
    closePassed() {
      group?.endPlaceholder();
      join?.close();
      opened.close();
    },
  };
}

/** Takes the id; what a `delete` after our sudden end needs is written down before anything is made outside of it. */
function claimDirectory(
  kernel: Kernel,
  { root, log }: OciContext,
  spec: Spec,
  record: ContainerRecord,
  undo: Cleanup,
): ContainerDirectory {
  const directory = claimContainer(kernel, root, record.id);
  // Where one hook failed, those before it have done their work; as under runc this goes for every failure.
  undo.add(() => runPoststop(record, log));
  undo.add(() => directory.close());
  undo.add(() => removeContainerDirectory(directory.path));
  writeContainerSpec(directory.path, spec);
  writeContainerRecord(directory.path, record);
  return directory;
}

/** In the Plan alone: who enters later may be another user, with another home. Few containers have hooks of their own side. */
async function withFirstEnv(
  kernel: Kernel,
  { env }: OciContext,
  spec: Spec,
  more: readonly string[],
  rootfs: string,
): Promise<Spec> {
  const first = { ...spec.process, env: [...(spec.process.env ?? []), ...more] };
  const atHome = { ...spec, process: withHome(kernel, first, rootfs) };
  const { createContainer = [], startContainer = [] } = spec.hooks ?? {};
  if (createContainer.length + startContainer.length === 0) return atHome;
  return (await import('./hook-env.js')).fillHookEnv(atHome, env);
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
