import * as fs from 'node:fs';
import { basename, dirname } from 'node:path';
import { stateError, wrapError } from './errors.js';
import { type LockKernel, lockFile, tryLockFile } from './locks.js';

/** A log of lines that any number of processes append to. */
export interface LineLog {
  /** Its current file; older ones stand beside it as `<path>.1`, `<path>.2`, …, the oldest with the lowest number. */
  readonly path: string;
  readonly kernel: LockKernel;
  /** Size in bytes at which a new file is begun. */
  readonly maxBytes: number;
  /** How many files are kept, the current one included; at least 1. */
  readonly maxFiles: number;
}

/** The file may be rotated or removed between opening and locking it; more often than this it is something else. */
const MAX_ATTEMPTS = 100;

/**
 * Opens the current file for appending, mode 0600, rotating it first when it is full. The descriptor holds a shared lock:
 * a file is not removed while anybody has such a descriptor, so a process that keeps one, or was handed it, may append
 * for as long as it lives, and readers see it. Throws `RuntimeError` `state-io`, `state-locked`, `state-missing`.
 */
export function openLineLog(log: LineLog): number {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const fd = openFile(log);
    const { size, nlink, ino } = fs.fstatSync(fd);
    if (nlink > 0 && size < log.maxBytes && log.kernel.lock(fd, 'shared')) return fd;
    fs.closeSync(fd);
    if (size >= log.maxBytes) rotate(log, ino);
  }
  throw stateError('state-locked', `failed to open "${log.path}": another process holds it`);
}

/**
 * Appends a line, its line feed included, by one write(2) of a file opened with O_APPEND: lines never mix. Throws as
 * `openLineLog`, and `state-io` when the disk takes nothing or only half of it; readers skip the half.
 */
export function appendLine(log: LineLog, line: string): void {
  const fd = openLineLog(log);
  try {
    fs.writeSync(fd, line);
  } catch (error) {
    throw wrapError(`failed to write "${log.path}"`, error);
  } finally {
    fs.closeSync(fd);
  }
}

function openFile({ path }: LineLog): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  try {
    return fs.openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    throw wrapError(`failed to open "${path}"`, error);
  }
}

/** Of all who found the file full, one begins a new one: whoever comes second sees that another inode is there. */
function rotate(log: LineLog, inode: number): void {
  const { kernel, path } = log;
  const lock = lockFile(kernel, `${path}.lock`, `"${path}" to rotate it`);
  try {
    if (fs.statSync(path, { throwIfNoEntry: false })?.ino !== inode) return;
    const numbers = listNumbers(path);
    fs.renameSync(path, `${path}.${(numbers.at(-1) ?? 0) + 1}`);
    // The one just rotated counts too, and so does the one to come.
    const surplus = numbers.length + 2 - log.maxFiles;
    for (const number of numbers.slice(0, Math.max(0, surplus)))
      removeUnlessHeld(kernel, `${path}.${number}`);
  } catch (error) {
    throw wrapError(`failed to rotate "${path}"`, error);
  } finally {
    lock.release();
  }
}

/** What somebody may still append to is tried again at the next rotation. */
function removeUnlessHeld(kernel: LockKernel, path: string): void {
  const lock = tryLockFile(kernel, path, 'exclusive');
  if (lock === undefined) return;
  fs.rmSync(path, { force: true });
  lock.release();
}

/** The numbers of the older files, the oldest first. */
export function listNumbers(path: string): number[] {
  const prefix = `${basename(path)}.`;
  return fs
    .readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,14}$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((one, other) => one - other);
}
