import type { CgroupLayout } from '@mini/cgroup-manager';
import { HELPER_FD, type Plan, type Step } from '@mini/contracts';
import { compilePlan } from '@mini/runtime-core';
import type { ContainerRecord } from '../state/container-record.js';

/** Numbers in the helper of what is passed to it beside the Plan and the control socket. */
export interface PassedFds {
  /** The socket that a created container waits on; absent when it is started at once. */
  readonly startFd?: number;
  readonly preservedFds?: { readonly from: number; readonly count: number };
}

/** In which order descriptors are passed: those that the command keeps come last. */
export function assignFds(isCreated: boolean, preservedCount: number): PassedFds {
  const from = HELPER_FD.first + Number(isCreated);
  return {
    ...(isCreated ? { startFd: HELPER_FD.first } : {}),
    ...(preservedCount > 0 ? { preservedFds: { from, count: preservedCount } } : {}),
  };
}

/** The Plan of a container's first process: a pure function, so that `start` can read what `create` has compiled. */
export function compileContainer(
  { spec, rootfs, bundle }: Pick<ContainerRecord, 'spec' | 'rootfs' | 'bundle'>,
  layout: CgroupLayout,
  fds: PassedFds,
): Plan {
  const rootSteps: Step[] = [{ op: 'root_tree', source: rootfs, recursive: 1, origin: 'root.path' }];
  return compilePlan(spec, {
    rootSteps,
    cgroup: layout,
    baseDirectory: bundle,
    bornInCgroup: isBornInCgroup(layout),
    ...fds,
  });
}

/** On pure v2 a process is born in its group: CLONE_INTO_CGROUP. */
export function isBornInCgroup({ mode }: CgroupLayout): boolean {
  return mode === 'v2';
}
