import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { CgroupFiles } from './cgroup-files.js';
import { errnoNameOf, wrapError } from './errors.js';
import { findFreezer, freezeGroup, thawGroup } from './freezer.js';
import type { GroupDirectory } from './group-directory.js';
import { listAllPids } from './processes.js';

/** A fork bomb can be ahead of us in some rounds; frozen, it is not. */
const MOST_ROUNDS = 100;
const FREEZE_MS = 1_000;

/** `cgroup.kill` (Linux 5.14) takes the whole tree at once, with no process escaping by fork. */
function killAtOnce(directories: readonly GroupDirectory[], files: CgroupFiles): boolean {
  const tree = directories.find(({ hierarchy }) => hierarchy.version === 2);
  if (tree === undefined) return false;
  try {
    const fd = files.openForWriting(`${tree.directory}/cgroup.kill`);
    try {
      files.write(fd, '1');
    } finally {
      files.close(fd);
    }
    return true;
  } catch {
    // Gone, older kernel, or a threaded group: the loop finds out.
    return false;
  }
}

/** The number in a list is stale when the process has ended since: ask whether the one of now is in the group. */
function isMember(pid: number, path: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8')
      .split('\n')
      .some((line) => line.endsWith(path) || line.includes(`${path}/`));
  } catch {
    return false;
  }
}

function signalPid(pid: number, signal: NodeJS.Signals | number, path: string): void {
  if (!isMember(pid, path)) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errnoNameOf(error) === 'ESRCH') return;
    throw wrapError('cgroup-denied', `failed to send ${signal} to process ${pid} of cgroup "${path}"`, error);
  }
}

function signalAll(
  path: string,
  directories: readonly GroupDirectory[],
  signal: NodeJS.Signals | number,
  files: CgroupFiles,
): void {
  const signalled = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fresh = listAllPids(directories, files).filter((pid) => !signalled.has(pid));
    if (fresh.length === 0) return;
    for (const pid of fresh) {
      signalled.add(pid);
      signalPid(pid, signal, path);
    }
  }
}

/** Standing still, processes neither fork nor end, so that no number becomes another's. */
function signalFrozen(
  path: string,
  directories: readonly GroupDirectory[],
  signal: number,
  files: CgroupFiles,
): void {
  let isFrozen = true;
  try {
    freezeGroup(path, findFreezer(directories, path), FREEZE_MS, files);
  } catch {
    isFrozen = false;
  }
  try {
    signalAll(path, directories, signal, files);
  } finally {
    // A frozen process of v1 dies only when it is let go.
    if (isFrozen) thawGroup(path, findFreezer(directories, path), FREEZE_MS, files);
  }
}

/** See `Cgroup.kill`. */
export function killGroup(
  path: string,
  directories: readonly GroupDirectory[],
  signal: NodeJS.Signals | number,
  files: CgroupFiles,
): void {
  const isKill = signal === 'SIGKILL' || signal === constants.signals.SIGKILL;
  if (!isKill) {
    signalAll(path, directories, signal, files);
    return;
  }
  const isDone = killAtOnce(directories, files);
  // On a hybrid machine a process may be in v1 trees alone, and one frozen by v1 does not die before it is let go.
  const isPureV2 = directories.every(({ hierarchy }) => hierarchy.version === 2);
  if (isDone && isPureV2) return;
  if (listAllPids(directories, files).length === 0) return;
  signalFrozen(path, directories, constants.signals.SIGKILL, files);
}
