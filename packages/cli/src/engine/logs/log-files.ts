import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError, reasonOf } from '@mini/contracts';

/** A file of a log, open. Its name changes when the log is rotated, its inode does not. */
export interface LogFile {
  readonly fd: number;
  readonly inode: number;
}

/**
 * Opens the files of a container's log, the oldest first; those that are newer than `known` only, if that is among them.
 * They are opened from the newest on: a rotation meanwhile shows a file twice, which can be seen, and hides none.
 */
export function openLogFiles(directory: string, known?: LogFile): LogFile[] {
  const files: LogFile[] = [];
  for (let number = 0; ; number++) {
    const file = openLogFile(join(directory, number === 0 ? 'log' : `log.${number}`));
    if (file === undefined) {
      // While it is being rotated, the newest is missing for a moment.
      if (number === 0) continue;
      return files.reverse();
    }
    if (file.inode === known?.inode) {
      closeSync(file.fd);
      return files.reverse();
    }
    if (files.some(({ inode }) => inode === file.inode)) closeSync(file.fd);
    else files.push(file);
  }
}

/** Whether another file has taken the place of this one as the newest. */
export function isRotated(directory: string, { inode }: LogFile): boolean {
  const newest = openLogFile(join(directory, 'log'));
  if (newest === undefined) return false;
  closeSync(newest.fd);
  return newest.inode !== inode;
}

function openLogFile(path: string): LogFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const message = `failed to open the log "${path}": ${reasonOf(error)}`;
    throw new RuntimeError({ code: 'log-unreadable', message, cause: error });
  }
  return { fd, inode: fstatSync(fd).ino };
}
