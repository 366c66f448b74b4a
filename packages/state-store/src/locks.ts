import * as fs from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { sleepSync } from '@mini/contracts';
import { errnoNameOf, stateError, wrapError } from './errors.js';

/** What the store needs of the kernel and Node does not offer. */
export type LockKernel = Pick<Kernel, 'lock'>;

/** Held until `release`, or until every process that has the descriptor is gone. */
export interface RecordLock {
  /** Close-on-exec; handed to another process, that one holds the lock too. */
  readonly fd: number;
  release(): void;
}

export interface LockOptions {
  /** `shared` may be held by many, `exclusive` (the default) by one. */
  readonly mode?: 'shared' | 'exclusive';
  /** How long to wait for another to let go; 10 seconds by default, 0 not to wait. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const PAUSE_MS = 5;

function pause(): void {
  sleepSync(PAUSE_MS);
}

/** The file may have been removed, and another put in its place, between opening and locking. */
function isStillThere(fd: number, path: string): boolean {
  try {
    const [ours, theirs] = [fs.fstatSync(fd), fs.statSync(path)];
    return ours.ino === theirs.ino && ours.dev === theirs.dev;
  } catch {
    return false;
  }
}

/** flock(2) on the file `path`, made if missing: `undefined` when another holds it or its directory is gone. */
export function tryLockFile(
  kernel: LockKernel,
  path: string,
  mode: 'shared' | 'exclusive',
): RecordLock | undefined {
  let fd: number;
  try {
    fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    if (errnoNameOf(error) === 'ENOENT') return undefined;
    throw wrapError(`failed to open lock "${path}"`, error);
  }
  try {
    if (kernel.lock(fd, mode) && isStillThere(fd, path)) return makeLock(fd);
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
  fs.closeSync(fd);
  return undefined;
}

function makeLock(fd: number): RecordLock {
  let isHeld = true;
  return {
    fd,
    release: () => {
      // Closing is enough, and leaves the lock to whom the descriptor was handed.
      if (isHeld) fs.closeSync(fd);
      isHeld = false;
    },
  };
}

/**
 * Waits for the lock `path`. Throws `RuntimeError`: `state-locked` when another holds it for too long, `state-missing`
 * when its directory is gone.
 */
export function lockFile(
  kernel: LockKernel,
  path: string,
  what: string,
  options: LockOptions = {},
): RecordLock {
  const { mode = 'exclusive', timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const deadline = nowMs() + timeoutMs;
  for (;;) {
    const lock = tryLockFile(kernel, path, mode);
    if (lock !== undefined) return lock;
    if (!fs.existsSync(path)) throw stateError('state-missing', `failed to lock ${what}: no such container`);
    if (nowMs() >= deadline) {
      const reason =
        timeoutMs === 0 ? 'another process holds it' : `another process held it for ${timeoutMs} ms`;
      throw stateError('state-locked', `failed to lock ${what}: ${reason}`, { path });
    }
    pause();
  }
}

/** The monotonic clock; `performance` would load a module of its own. */
function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
