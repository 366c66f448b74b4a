import type { Spec, Step } from '@mini/contracts';
import { compileDevices } from './compile-devices.js';
import { compileMounts, type MountContext } from './compile-mounts.js';
import { compileFinalMounts, compilePropagation } from './final-mounts.js';

/** What `compileRootfs` needs beside the Spec. */
export interface RootfsContext extends MountContext {
  /** The steps that attach the root, from `openRoot`. */
  readonly rootSteps: readonly Step[];
}

/**
 * The whole section of a Plan that makes the container's file system, in the one order that works: private
 * propagation before the first mount, devices after the tmpfs on /dev, read-only when nothing is written any more.
 * Who has hooks, a host name or sysctls to place between uses the parts: `compilePropagation`, `compileMounts`,
 * `compileDevices`, `compileFinalMounts`.
 */
export function compileRootfs(spec: Spec, context: RootfsContext): Step[] {
  return [
    compilePropagation(spec),
    ...context.rootSteps,
    ...compileMounts(spec, context),
    ...compileDevices(spec),
    { op: 'pivot_root' },
    ...compileFinalMounts(spec),
  ];
}
