import { dirname } from 'node:path';
import type { CgroupFiles } from './cgroup-files.js';
import { wrapError } from './errors.js';

const MEMBERS = [
  ['cpuset.cpus', 'cpuset.effective_cpus'],
  ['cpuset.mems', 'cpuset.effective_mems'],
] as const;

function inheritMember(
  directory: string,
  mountPoint: string,
  [file, effective]: readonly [file: string, effective: string],
  files: CgroupFiles,
): void {
  const parent = dirname(directory);
  if (parent !== mountPoint && files.read(`${parent}/${file}`).trim() === '') {
    inheritMember(parent, mountPoint, [file, effective], files);
  }
  const fd = files.openForWriting(`${directory}/${file}`);
  try {
    files.write(fd, files.read(`${parent}/${effective}`).trim());
  } finally {
    files.close(fd);
  }
}

/**
 * Fills a new v1 cpuset from the group above it: no process can join an empty one (ENOSPC). Groups on the way that are
 * empty too are filled first, since a set must be part of its parent's.
 */
export function inheritCpuset(directory: string, mountPoint: string, files: CgroupFiles): void {
  for (const member of MEMBERS) {
    try {
      inheritMember(directory, mountPoint, member, files);
    } catch (error) {
      throw wrapError('cgroup-write', `failed to fill "${directory}/${member[0]}" from its parent`, error);
    }
  }
}
