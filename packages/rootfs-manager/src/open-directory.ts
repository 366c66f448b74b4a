import { closeSync, constants, openSync } from 'node:fs';
import { describeErrno, isRuntimeError } from '@mini/contracts';
import { rootfsError } from './errors.js';

/**
 * Opens a directory of the host for reading; a link at its end is followed, for the user named it. Throws
 * `RuntimeError` `bad-root` when it is missing, no directory, or not readable.
 */
export function openDirectory(path: string, object = 'the root'): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw rootfsError('bad-root', `failed to open ${object} "${path}": ${errnoReason(error)}`, {
      cause: error,
    });
  }
}

/** The path of what a descriptor of this process holds: short, without special characters, and never stale. */
export function pathOfFd(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/** The reason within an error of Node or of the `Kernel`: without the object, which our own sentence names better. */
export function errnoReason(error: unknown): string {
  if (isRuntimeError(error)) return /: (E[A-Z0-9]+ .*)$/.exec(error.message)?.[1] ?? error.message;
  const { errno } = error as NodeJS.ErrnoException;
  return typeof errno === 'number' ? describeErrno(Math.abs(errno)) : String(error);
}

/** Runs `use` and closes the descriptors whatever it does. */
export function withFds<T>(fds: readonly number[], use: () => T): T {
  try {
    return use();
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}
