import type { CgroupLayout } from '@mini/cgroup-manager';
import type { Plan, Spec, Step } from '@mini/contracts';
import { compilePlan, type PassedFds } from '@mini/runtime-core';
import { isSetgroupsDenied } from '../caller.js';
import type { ContainerRecord } from '../state/container-record.js';
import { compileFilter } from './compile-filter.js';
import { numberPassed } from './open-passed.js';

/** The Plan of a container's first process: a pure function, so that `start` can read what `create` has compiled. */
export function compileContainer(
  spec: Spec,
  { rootfs, bundle, cgroup, options }: Omit<ContainerRecord, 'process'>,
  layout: CgroupLayout,
  waits: boolean,
): { readonly plan: Plan; readonly passed: PassedFds } {
  const passed = numberPassed(spec, bundle, waits, options);
  const root: Step =
    passed.root === undefined
      ? { op: 'root_tree', source: rootfs, recursive: 1, origin: 'root.path' }
      : { op: 'root_fd', fd: passed.root, origin: 'root.path' };
  const plan = compilePlan(spec, {
    rootSteps: [root],
    rootPath: rootfs,
    cgroup: layout,
    baseDirectory: bundle,
    bornInCgroup: isBornInCgroup(layout),
    noPivot: options.noPivot,
    makesWorkdir: true,
    // Pipes that a caller has made for the container, and that its user may want to open again.
    ownsStdio: true,
    passed,
    ...(cgroup === undefined ? {} : { cgroupPath: cgroup }),
    keepsKeyring: !options.newKeyring,
    setgroupsDenied: isSetgroupsDenied(spec),
    ...compileFilter(spec),
  });
  return { plan, passed };
}

/** On pure v2 a process is born in its group: CLONE_INTO_CGROUP. */
export function isBornInCgroup({ mode }: CgroupLayout): boolean {
  return mode === 'v2';
}
