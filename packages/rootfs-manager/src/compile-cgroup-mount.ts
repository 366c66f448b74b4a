import { posix } from 'node:path';
import { MOUNT_ATTR, type Step, TARGET_KIND } from '@mini/contracts';
import type { MountOptions } from './mount-options.js';
import { change, hostView, withAlternative } from './steps.js';

/** One mounted tree of control groups. What `cgroup-manager` detects has this shape, and more. */
export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** Controllers of a v1 tree, or its name as `name=systemd`. Of no meaning for a v2 tree here. */
  readonly controllers: readonly string[];
  /** Where the host has it mounted; the last part of the path is its name in the container too. */
  readonly mountPoint: string;
}

/** How a machine has its control groups. */
export interface CgroupView {
  readonly mode: 'v1' | 'v2' | 'hybrid';
  readonly hierarchies: readonly CgroupHierarchy[];
  /** The group to be shown as the root of each v1 tree, for who has no cgroup namespace to do so. */
  readonly shownPath?: string;
}

/**
 * The container's view of its control groups on `target`. On v2 one mount; on v1 and hybrid a tmpfs that holds a
 * mount for each tree and is made read-only at last, with it the links for trees of several controllers. In a
 * cgroup namespace each mount shows the container's own group as its root. The v2 tree of a hybrid machine is not shown:
 * a systemd that finds it takes it for its own, and dies because it may not write there; engines give it the v1 tree alone.
 */
export function compileCgroupMount(
  target: string,
  options: MountOptions,
  view: CgroupView,
  origin: string,
): Step[] {
  const unified = view.hierarchies.find(({ version }) => version === 2);
  if (view.mode === 'v2') {
    return [unifiedStep(target, unified?.mountPoint ?? '/sys/fs/cgroup', options, origin)];
  }
  const attributes = options.attributesSet | options.recursiveSet;
  const trees = view.hierarchies
    .filter(({ version }) => version === 1)
    .flatMap((hierarchy) => {
      const path = posix.join(target, posix.basename(hierarchy.mountPoint));
      return [
        treeStep(path, hierarchy, attributes, origin, view.shownPath),
        ...linkSteps(path, hierarchy, origin),
      ];
    });
  const tmpfs: Step = {
    op: 'mount',
    fstype: 'tmpfs',
    source: 'cgroup',
    target,
    options: ['mode=755'],
    attributes: attributes & ~MOUNT_ATTR.RDONLY,
    propagation: options.propagation,
    origin,
  };
  const readOnly = (attributes & MOUNT_ATTR.RDONLY) !== 0;
  return [tmpfs, ...trees, ...(readOnly ? [change(target, MOUNT_ATTR.RDONLY, 0, 0, 0, origin)] : [])];
}

/** Refused in a user namespace that shares the host's cgroup namespace: then the host's own mount shows the same. */
function unifiedStep(target: string, hostMount: string, options: MountOptions, origin: string): Step {
  const step: Step = {
    op: 'mount',
    fstype: 'cgroup2',
    source: 'cgroup',
    target,
    options: options.fsOptions,
    attributes: options.attributesSet | options.recursiveSet,
    propagation: options.propagation,
    origin,
  };
  return withAlternative(step, ['EPERM', 'EBUSY'], hostView({ source: hostMount, target }, options, origin));
}

/**
 * A v1 tree. EPERM is the answer in a user namespace without a cgroup namespace; EBUSY and ENOENT that of a tree
 * that the host gave up meanwhile. The host's mount would then show every group of the machine: better no view.
 */
function treeStep(
  target: string,
  { controllers, mountPoint }: CgroupHierarchy,
  attributes: number,
  origin: string,
  shownPath: string | undefined,
): Step {
  if (shownPath !== undefined) return shownTree(target, `${mountPoint}${shownPath}`, attributes, origin);
  const named = controllers.every((controller) => controller.startsWith('name='));
  return {
    op: 'mount',
    fstype: 'cgroup',
    source: 'cgroup',
    target,
    options: named ? ['none', ...controllers] : controllers,
    attributes,
    propagation: 0,
    origin,
    tolerates: ['EPERM', 'EBUSY', 'ENOENT'],
  };
}

function shownTree(target: string, source: string, attributes: number, origin: string): Step {
  return {
    op: 'bind',
    source,
    fd: -1,
    target,
    targetKind: TARGET_KIND.directory,
    recursive: 0,
    attributesSet: attributes,
    attributesClear: 0,
    attributesRecursive: 0,
    propagation: 0,
    origin,
    tolerates: ['ENOENT'],
  };
}

/** `cpu` and `cpuacct` beside the directory `cpu,cpuacct`: programs look for a controller by its name alone. */
function linkSteps(path: string, { controllers }: CgroupHierarchy, origin: string): Step[] {
  const [directory, name] = [posix.dirname(path), posix.basename(path)];
  return controllers
    .filter((controller) => controllers.length > 1 && controller !== name && !controller.includes('='))
    .map((controller) => ({ op: 'symlink', content: name, path: posix.join(directory, controller), origin }));
}
