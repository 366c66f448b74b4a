import * as fs from 'node:fs';
import { basename, dirname } from 'node:path';
import { wrapError } from './errors.js';

export interface ReplaceOptions {
  /**
   * Wait until the disk has it, so that a power cut leaves the old or the new content too. Without (for directories that
   * do not survive a reboot) the promise holds for any death of processes.
   */
  readonly isDurable?: boolean;
  /** Permission bits; 0600 by default. */
  readonly mode?: number;
}

let count = 0;

/** Has the disk remember the names in `path`. See fsync(2), of directories. */
export function syncDirectory(path: string): void {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function writeNew(
  path: string,
  content: string | Uint8Array,
  { isDurable, mode }: Required<ReplaceOptions>,
): void {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  try {
    fs.writeFileSync(fd, content);
    if (isDurable) fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Puts `content` in place of the file `path`, or makes it: whoever reads it, and whenever we are killed, there is all of
 * the old or all of the new. Throws `RuntimeError` with code `state-io`; the old content is then untouched.
 */
export function replaceFile(path: string, content: string | Uint8Array, options: ReplaceOptions = {}): void {
  const { isDurable = true, mode = 0o600 } = options;
  count += 1;
  // In the same directory, because a rename is atomic only within a file system; unique, because two may write at once.
  const draft = `${dirname(path)}/.${basename(path)}.${process.pid}-${count}`;
  try {
    writeNew(draft, content, { isDurable, mode });
    fs.renameSync(draft, path);
    if (isDurable) syncDirectory(dirname(path));
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw wrapError(`failed to write "${path}"`, error);
  }
}
