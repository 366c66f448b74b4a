import type { CgroupFiles } from './cgroup-files.js';
import { errnoNameOf } from './errors.js';
import type { GroupDirectory } from './group-directory.js';

/** Gone meanwhile, or a threaded group (EOPNOTSUPP), whose processes the group above it lists. */
const NO_LIST = ['ENOENT', 'ENODEV', 'EOPNOTSUPP', 'ENOTSUP'];

/** `directory` and all groups below it, deepest first; empty when it is gone. */
export function listGroups(directory: string, files: CgroupFiles): string[] {
  try {
    const below = files.listDirectories(directory);
    return [...below.flatMap((name) => listGroups(`${directory}/${name}`, files)), directory];
  } catch (error) {
    if (NO_LIST.includes(errnoNameOf(error) ?? '')) return [];
    throw error;
  }
}

function readPids(directory: string, files: CgroupFiles): number[] {
  try {
    const text = files.read(`${directory}/cgroup.procs`);
    // 0 is a process of a PID namespace that we do not see into.
    return text
      .split('\n')
      .map(Number)
      .filter((pid) => pid > 0);
  } catch (error) {
    if (NO_LIST.includes(errnoNameOf(error) ?? '')) return [];
    throw error;
  }
}

/** Processes in one tree, in the groups below too; each once. */
export function listPids(directory: string, files: CgroupFiles): number[] {
  return [...new Set(listGroups(directory, files).flatMap((group) => readPids(group, files)))];
}

/** Processes in any tree: one that died or was stopped while joining is in some of them only. */
export function listAllPids(directories: readonly GroupDirectory[], files: CgroupFiles): number[] {
  return [...new Set(directories.flatMap(({ directory }) => listPids(directory, files)))];
}
