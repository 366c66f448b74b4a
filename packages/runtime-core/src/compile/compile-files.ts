import type { Spec, Step } from '@mini/contracts';
import {
  type CgroupView,
  compileDevices,
  compileFinalMounts,
  compileMounts,
  type MountContext,
} from '@mini/rootfs-manager';

/** The steps that make a container's file system, apart from its root. */
export interface FileSteps {
  /** Mounts and devices, below the root under construction. */
  readonly made: readonly Step[];
  /** What is masked and made read-only when nothing more is written. */
  readonly closed: readonly Step[];
}

/** What is remembered for one view of the control groups; a program seldom has containers of more kinds than this. */
const MOST_KINDS = 32;
const NO_VIEW: CgroupView = { mode: 'v2', hierarchies: [] };
const known = new WeakMap<CgroupView, Map<string, FileSteps>>();

/**
 * Compiles mounts, devices, masked and read-only paths. A program that starts many containers starts most of them with
 * equal ones, so the steps are remembered by all that they depend on: a third of the time that JavaScript takes for a
 * start. Throws what the compilers of rootfs-manager throw.
 */
export function compileFiles(spec: Spec, context: MountContext): FileSteps {
  const { baseDirectory, cgroup, cgroupPath, bindFds } = context;
  const kinds = kindsOf(cgroup ?? NO_VIEW);
  const key = keyOf(spec, [baseDirectory, cgroupPath, [...(bindFds ?? [])]]);
  const remembered = kinds.get(key);
  if (remembered !== undefined) return remembered;
  const steps = {
    made: [...compileMounts(spec, context), ...compileDevices(spec)],
    closed: compileFinalMounts(spec),
  };
  if (kinds.size >= MOST_KINDS) kinds.clear();
  kinds.set(key, steps);
  return steps;
}

function kindsOf(view: CgroupView): Map<string, FileSteps> {
  const kinds = known.get(view) ?? new Map<string, FileSteps>();
  known.set(view, kinds);
  return kinds;
}

/** The whole Spec but for what has no part in files: process, names and limits. */
function keyOf({ root, mounts, linux }: Spec, context: unknown): string {
  const { resources: _limits, cgroupsPath: _group, ...rest } = linux;
  return JSON.stringify([context, root, mounts, rest]);
}
