import type { CgroupFiles } from './cgroup-files.js';
import { listAncestors } from './cgroup-path.js';
import { errnoNameOf, isDenied, wrapError } from './errors.js';
import type { Hierarchy } from './layout.js';

/** What stats, update and limits use on v2. Freezing and killing need no controller there. */
const USED_CONTROLLERS = ['cpu', 'cpuset', 'io', 'memory', 'pids'];

const HINTS: Readonly<Record<string, string>> = {
  // "No internal processes" of cgroup-v2.rst: a group with processes cannot give controllers to its children.
  EBUSY: 'there are processes in that group itself; choose a parent group without processes',
  ENOENT: 'the group above does not give this controller to its children',
};

function listEnabled(directory: string, files: CgroupFiles): Set<string> {
  return new Set(files.read(`${directory}/cgroup.subtree_control`).trim().split(' '));
}

function writeControl(path: string, names: readonly string[], files: CgroupFiles): void {
  const fd = files.openForWriting(path);
  try {
    files.write(fd, names.map((name) => `+${name}`).join(' '));
  } finally {
    files.close(fd);
  }
}

function enableOne(path: string, name: string, isRequired: boolean, files: CgroupFiles): void {
  try {
    writeControl(path, [name], files);
  } catch (error) {
    // A controller that no limit asks for costs us its statistics only.
    if (isRequired) throw describeRefusal(path, name, error);
  }
}

function describeRefusal(path: string, name: string, error: unknown): Error {
  const hint = HINTS[errnoNameOf(error) ?? ''];
  return wrapError(
    isDenied(error) ? 'cgroup-denied' : 'cgroup-create',
    `failed to enable controller "${name}" in "${path}"`,
    error,
    hint === undefined ? {} : { hint },
  );
}

function enableIn(
  directory: string,
  wanted: readonly string[],
  required: ReadonlySet<string>,
  files: CgroupFiles,
): void {
  const enabled = listEnabled(directory, files);
  const missing = wanted.filter((name) => !enabled.has(name));
  if (missing.length === 0) return;
  const path = `${directory}/cgroup.subtree_control`;
  try {
    // One write for all is all or nothing, so a refused one is found one by one.
    writeControl(path, missing, files);
  } catch (error) {
    // With processes in the group the kernel still gives away cpu and pids, and makes the group threaded by that: then
    // no process can join a new group below it.
    if (errnoNameOf(error) === 'EBUSY') {
      const refused = missing.find((name) => required.has(name));
      if (refused !== undefined) throw describeRefusal(path, refused, error);
      return;
    }
    for (const name of missing) enableOne(path, name, required.has(name), files);
  }
}

/**
 * Has the controllers of a v2 tree in the group `path`, by enabling them in every group above it, which must exist.
 * Throws `RuntimeError` (`cgroup-denied`, `cgroup-create`) when one of `required` cannot be enabled; others are left
 * out silently.
 */
export function enableControllers(
  tree: Hierarchy,
  path: string,
  required: ReadonlySet<string>,
  files: CgroupFiles,
): void {
  const wanted = tree.controllers.filter((name) => USED_CONTROLLERS.includes(name) || required.has(name));
  if (wanted.length === 0) return;
  const above = ['', ...listAncestors(path)];
  // Nearly always they are there, and the nearest group says so for all.
  const nearest = listEnabled(`${tree.mountPoint}${above.at(-1)}`, files);
  if (wanted.every((name) => nearest.has(name))) return;
  for (const ancestor of above) enableIn(`${tree.mountPoint}${ancestor}`, wanted, required, files);
}
