import type { CgroupFiles } from './cgroup-files.js';
import { cgroupError, wrapError } from './errors.js';
import type { GroupDirectory } from './group-directory.js';
import { pollUntil } from './sleep.js';

/** The files by which a group is stopped. */
export interface Freezer {
  readonly file: string;
  readonly frozen: string;
  readonly thawed: string;
  /** Whether all processes stand still, from the text of `stateFile`. */
  readonly stateFile: string;
  readonly isFrozen: (text: string) => boolean;
}

/**
 * A v1 freezer where there is one, since other engines on a hybrid machine look there; else v2, which needs no
 * controller for it. Throws `RuntimeError` with code `cgroup-unavailable` when there is neither.
 */
export function findFreezer(directories: readonly GroupDirectory[], path: string): Freezer {
  const v1 = directories.find(({ hierarchy }) => hierarchy.controllers.includes('freezer'))?.directory;
  if (v1 !== undefined) {
    const file = `${v1}/freezer.state`;
    return {
      file,
      frozen: 'FROZEN',
      thawed: 'THAWED',
      stateFile: file,
      isFrozen: (text) => text.trim() === 'FROZEN',
    };
  }
  const v2 = directories.find(({ hierarchy }) => hierarchy.version === 2)?.directory;
  if (v2 === undefined) {
    throw cgroupError(
      'cgroup-unavailable',
      `failed to freeze cgroup "${path}": the controller "freezer" is not available on this machine`,
    );
  }
  return {
    file: `${v2}/cgroup.freeze`,
    frozen: '1',
    thawed: '0',
    stateFile: `${v2}/cgroup.events`,
    isFrozen: (text) => /^frozen 1$/m.test(text),
  };
}

function writeState(freezer: Freezer, value: string, files: CgroupFiles): void {
  const fd = files.openForWriting(freezer.file);
  try {
    files.write(fd, value);
  } finally {
    files.close(fd);
  }
}

function setState(
  verb: 'freeze' | 'thaw',
  path: string,
  freezer: Freezer,
  timeoutMs: number,
  files: CgroupFiles,
): boolean {
  const isFreezing = verb === 'freeze';
  try {
    return pollUntil(() => {
      // Written at every look: v1 stays at FREEZING for a process that forked at the wrong moment.
      writeState(freezer, isFreezing ? freezer.frozen : freezer.thawed, files);
      return freezer.isFrozen(files.read(freezer.stateFile)) === isFreezing;
    }, timeoutMs);
  } catch (error) {
    throw wrapError('cgroup-write', `failed to ${verb} cgroup "${path}" by "${freezer.file}"`, error);
  }
}

/** See `Cgroup.freeze`. */
export function freezeGroup(path: string, freezer: Freezer, timeoutMs: number, files: CgroupFiles): void {
  if (setState('freeze', path, freezer, timeoutMs, files)) return;
  writeState(freezer, freezer.thawed, files);
  throw cgroupError(
    'cgroup-timeout',
    `failed to freeze cgroup "${path}": its processes did not stop within ${timeoutMs} ms`,
  );
}

/** See `Cgroup.thaw`. */
export function thawGroup(path: string, freezer: Freezer, timeoutMs: number, files: CgroupFiles): void {
  if (setState('thaw', path, freezer, timeoutMs, files)) return;
  throw cgroupError(
    'cgroup-timeout',
    `failed to thaw cgroup "${path}": it is still frozen after ${timeoutMs} ms`,
  );
}

/** Whether the processes stand still. */
export function isGroupFrozen(freezer: Freezer, files: CgroupFiles): boolean {
  return freezer.isFrozen(files.read(freezer.stateFile));
}
