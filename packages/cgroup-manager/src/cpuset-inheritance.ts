import { dirname } from 'node:path';
import type { CgroupFiles } from './cgroup-files.js';
import { wrapError } from './errors.js';

/** What is set, and what is in force: online, and part of the parent's. */
type Member = readonly [file: string, effective: string];

const MEMBERS: readonly Member[] = [
  ['cpuset.cpus', 'cpuset.effective_cpus'],
  ['cpuset.mems', 'cpuset.effective_mems'],
];

function inheritMember(directory: string, mountPoint: string, member: Member, files: CgroupFiles): void {
  const parent = dirname(directory);
  const readParent = () => files.read(`${parent}/${member[1]}`).trim();
  let value = readParent();
  if (value === '' && parent !== mountPoint) {
    inheritMember(parent, mountPoint, member, files);
    value = readParent();
  }
  const fd = files.openForWriting(`${directory}/${member[0]}`);
  try {
    files.write(fd, value);
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
