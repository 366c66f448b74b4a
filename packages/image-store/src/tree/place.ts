import { constants, lstatSync, openSync, type Stats } from 'node:fs';
import { toFsPath } from '../tar/byte-name.js';

/** Of open(2), the same number on x86-64 and arm64; Node does not name it. */
const O_PATH = 0o10000000;
const { O_DIRECTORY, O_NOFOLLOW } = constants;

/**
 * Holds a file without opening it: a FIFO does not wait, a device does nothing, and what is held stays the same file
 * whatever its name means by then. A link is held itself.
 */
export const HOLD = O_PATH | O_NOFOLLOW;

/** Holds what a directory is, and refuses all else. */
export const HOLD_DIRECTORY = O_PATH | O_DIRECTORY;

/** The file that a descriptor holds: opening, chmod(2) and the like through it reach that very file. */
export function pathOfFd(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** An entry of a directory that is held. Only the name is looked up, so that nothing on the way can be swapped. */
export function pathIn(directoryFd: number, name: string): string | Buffer {
  return toFsPath(`/proc/self/fd/${directoryFd}/${name}`);
}

/** Holds an entry of a directory. Throws as `node:fs` does. */
export function holdIn(directoryFd: number, name: string, flags = HOLD): number {
  return openSync(pathIn(directoryFd, name), flags | O_NOFOLLOW);
}

/** An entry of a directory, a link itself; `undefined` when there is none. */
export function statIn(directoryFd: number, name: string): Stats | undefined {
  return lstatSync(pathIn(directoryFd, name), { throwIfNoEntry: false });
}
