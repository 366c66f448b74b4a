import { type CgroupFiles, kernelFiles } from './cgroup-files.js';
import { checkCgroupPath } from './cgroup-path.js';
import { errnoNameOf, wrapError } from './errors.js';
import type { CgroupLayout } from './layout.js';

/**
 * The names of the groups directly below `path` (`/mini`) in any tree: one whose maker was killed may be in some only.
 * Empty when no tree has it. Throws `RuntimeError`: `cgroup-path`, `cgroup-read`.
 */
export function listCgroups(layout: CgroupLayout, path: string, files: CgroupFiles = kernelFiles): string[] {
  checkCgroupPath(path);
  const names = new Set<string>();
  for (const { mountPoint } of layout.hierarchies) {
    try {
      for (const name of files.listDirectories(`${mountPoint}${path}`)) names.add(name);
    } catch (error) {
      if (errnoNameOf(error) === 'ENOENT') continue;
      throw wrapError('cgroup-read', `failed to list the groups in cgroup "${path}"`, error);
    }
  }
  return [...names];
}
