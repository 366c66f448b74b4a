import { dirname } from 'node:path';
import { isRuntimeError, type Resources } from '@mini/contracts';
import { Cgroup } from './cgroup.js';
import { type CgroupFiles, kernelFiles } from './cgroup-files.js';
import { checkCgroupPath } from './cgroup-path.js';
import { applyWrites, type CgroupWrite } from './cgroup-write.js';
import { compileResources, hierarchyOf, listIgnoredResources } from './compile-resources.js';
import { inheritCpuset } from './cpuset-inheritance.js';
import { attachDeviceRules, type DeviceKernel } from './device-program/attach-device-rules.js';
import { DirectoryMaker } from './directory-maker.js';
import { wrapError } from './errors.js';
import type { GroupDirectory } from './group-directory.js';
import { type CgroupLayout, findUnified, type Hierarchy } from './layout.js';
import { enableControllers } from './subtree-control.js';

export interface CreateCgroupOptions {
  /**
   * Only the trees of these controllers, by the kernel's names, and those that the limits need. By default all trees:
   * a later join would find the accounts at zero, and a process that is in every tree is found again in any. Joining
   * costs up to 0.3 ms a tree.
   */
  readonly controllers?: readonly string[];
  readonly files?: CgroupFiles;
  /** Somebody else, such as systemd, has made the group for us, and a process is in it: it is taken as it is. */
  readonly adopts?: boolean;
  /** Attaches device rules on v2; without it they are discarded there, with a note. */
  readonly kernel?: DeviceKernel;
}

function chooseHierarchies(
  layout: CgroupLayout,
  writes: readonly CgroupWrite[],
  controllers: readonly string[] | undefined,
): readonly Hierarchy[] {
  if (controllers === undefined || layout.mode === 'v2') return layout.hierarchies;
  const needed = new Set(writes.map((write) => hierarchyOf(layout, write)));
  return layout.hierarchies.filter(
    (tree) => needed.has(tree) || tree.controllers.some((name) => controllers.includes(name)),
  );
}

function makeGroup(
  tree: Hierarchy,
  path: string,
  writes: readonly CgroupWrite[],
  maker: DirectoryMaker | undefined,
  files: CgroupFiles,
): GroupDirectory {
  const directory = `${tree.mountPoint}${path}`;
  if (tree.version === 2) {
    const required = writes.filter(({ version, controller }) => version === 2 && controller !== 'cgroup');
    if (!files.exists(dirname(directory))) maker?.makeAncestors(tree.mountPoint, path);
    enableControllers(tree, path, new Set(required.map(({ controller }) => controller)), files);
  }
  maker?.makeLeaf(tree.mountPoint, path);
  if (tree.version === 1 && tree.controllers.includes('cpuset')) {
    inheritCpuset(directory, tree.mountPoint, files);
  }
  return { hierarchy: tree, directory };
}

/** Before any process is in the group. Where v1 has the controller its files have been written already. */
function holdDevices(
  layout: CgroupLayout,
  path: string,
  { devices = [] }: Resources,
  files: CgroupFiles,
  kernel: DeviceKernel | undefined,
): string[] {
  const tree = findUnified(layout);
  const isOnV1 = layout.hierarchies.some(
    (each) => each.version === 1 && each.controllers.includes('devices'),
  );
  if (tree === undefined || isOnV1) return [];
  return attachDeviceRules(devices, `${tree.mountPoint}${path}`, files, kernel);
}

/**
 * Makes the group `path` (`/mini/<id>`, below the mount points) in every tree and sets its limits, before any process
 * is in it. Synchronous; about a millisecond for ten trees. When anything fails, what was made is removed again.
 *
 * Throws `RuntimeError`: `cgroup-path`, `cgroup-denied`, `cgroup-exists` (processes are in it), `cgroup-unavailable`
 * (a limit needs a controller that is not here), `cgroup-create`, `cgroup-write` (names file, value and field).
 */
export function createCgroup(
  layout: CgroupLayout,
  path: string,
  resources: Resources = {},
  options: CreateCgroupOptions = {},
): Cgroup {
  checkCgroupPath(path);
  const files = options.files ?? kernelFiles;
  const writes = compileResources(layout, resources);
  const maker = new DirectoryMaker(files);
  try {
    const directories = chooseHierarchies(layout, writes, options.controllers).map((tree) =>
      makeGroup(tree, path, writes, options.adopts === true ? undefined : maker, files),
    );
    const cgroup = new Cgroup(layout, path, directories, files);
    const discarded = applyWrites((write) => cgroup.directoryOf(write), writes, files);
    const unheld = holdDevices(layout, path, resources, files, options.kernel);
    cgroup.notes.push(...listIgnoredResources(layout, resources), ...discarded, ...unheld);
    return cgroup;
  } catch (error) {
    const failures = maker.undo();
    const failure = isRuntimeError(error)
      ? error
      : wrapError('cgroup-create', `failed to create cgroup "${path}"`, error);
    throw failure.withCleanup(failures);
  }
}

/**
 * The group `path` made earlier, perhaps by another process; `undefined` when no tree has it. Throws `RuntimeError`
 * with code `cgroup-path`.
 */
export function openCgroup(
  layout: CgroupLayout,
  path: string,
  files: CgroupFiles = kernelFiles,
): Cgroup | undefined {
  checkCgroupPath(path);
  const directories = layout.hierarchies
    .map((hierarchy) => ({ hierarchy, directory: `${hierarchy.mountPoint}${path}` }))
    .filter(({ directory }) => files.exists(directory));
  return directories.length === 0 ? undefined : new Cgroup(layout, path, directories, files);
}
