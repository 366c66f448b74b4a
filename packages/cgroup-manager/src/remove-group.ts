import type { RuntimeError } from '@mini/contracts';
import type { CgroupFiles } from './cgroup-files.js';
import { listAncestors } from './cgroup-path.js';
import { type CgroupErrorCode, errnoNameOf, wrapError } from './errors.js';
import type { GroupDirectory } from './group-directory.js';
import { listGroups, listPids } from './processes.js';
import { pollUntil } from './sleep.js';

/** The error that a directory was last refused with; `undefined` when it is gone. */
function tryRemove(directory: string, files: CgroupFiles): unknown {
  try {
    files.removeDirectory(directory);
    return undefined;
  } catch (error) {
    return errnoNameOf(error) === 'ENOENT' ? undefined : error;
  }
}

/**
 * Removes every directory in which nothing is, neither process nor group: the kernel removes no other. `true` when all of
 * them are gone; what kept one is for `removeDirectories` to say.
 */
export function removeEmpty(directories: readonly string[], files: CgroupFiles): boolean {
  let isGone = true;
  for (const directory of directories) {
    if (tryRemove(directory, files) !== undefined) isGone = false;
  }
  return isGone;
}

function describeLeft(directory: string, files: CgroupFiles): string {
  const pids = listPids(directory, files);
  if (pids.length > 0) {
    const shown = pids.slice(0, 10).join(', ');
    return ` (processes in it: ${shown}${pids.length > 10 ? `, and ${pids.length - 10} more` : ''})`;
  }
  const groups = listGroups(directory, files).slice(0, -1);
  return groups.length > 0 ? ` (groups in it: ${groups.map((group) => `"${group}"`).join(', ')})` : '';
}

function removeTree(directory: string, timeoutMs: number, files: CgroupFiles): Error | undefined {
  let refused = tryRemove(directory, files);
  const isRetryable = () => ['EBUSY', 'ENOTEMPTY'].includes(errnoNameOf(refused) ?? '');
  if (refused === undefined) return undefined;
  pollUntil(() => {
    // Groups below come first; a container with its own cgroup namespace may have made any number.
    for (const group of listGroups(directory, files)) refused = tryRemove(group, files);
    return refused === undefined || !isRetryable();
  }, timeoutMs);
  if (refused === undefined) return undefined;
  const what = `failed to remove cgroup "${directory}"${describeLeft(directory, files)}`;
  return wrapError(isRetryable() ? 'cgroup-busy' : 'cgroup-denied', what, refused, { path: directory });
}

/** Removes the groups above a removed one, innermost first, up to the first that another uses. */
export function removeEmptyParents(
  directories: readonly GroupDirectory[],
  path: string,
  files: CgroupFiles,
): void {
  for (const { hierarchy } of directories) {
    for (const ancestor of listAncestors(path).reverse()) {
      if (tryRemove(`${hierarchy.mountPoint}${ancestor}`, files) !== undefined) break;
    }
  }
}

/** Removes every directory it can, and then throws for the first that it could not, the others beside. */
export function removeDirectories(
  directories: readonly string[],
  timeoutMs: number,
  files: CgroupFiles,
): void {
  const failures: Error[] = [];
  for (const directory of directories) {
    // The wait is for processes that are dying, and they die in all trees at once: only the first needs it whole.
    const failure = removeTree(directory, failures.length === 0 ? timeoutMs : 0, files);
    if (failure !== undefined) failures.push(failure);
  }
  const [first, ...others] = failures;
  if (first !== undefined) throw (first as RuntimeError<CgroupErrorCode>).withCleanup(others);
}
