import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { errnoReason, pathOfFd } from './open-directory.js';

/** Far more than any account file has; an image must not fill the memory of who starts it. */
const MAX_BYTES = 1 << 20;
const FIRST_BYTES = 1 << 13;
/** O_PATH of open(2), the same number on x86-64 and arm64; Node does not name it. */
const O_PATH = 0o10000000;

const MISSING = new Set(['ENOENT', 'ENOTDIR']);

/**
 * The text of a file below a root that nobody trusts; `undefined` when it is missing. It is looked at before it is
 * opened: opening a FIFO would wait and opening a device may do anything. Throws `RuntimeError` `bad-root` for
 * anything but a regular file of at most 1 MiB.
 */
export function readFileInRoot(kernel: Kernel, rootFd: number, path: string): string | undefined {
  const fail = (reason: string, cause?: unknown) =>
    rootfsError('bad-root', `failed to read "${path}" of the root: ${reason}`, { cause });
  const place = openPlace(kernel, rootFd, path, fail);
  if (place === undefined) return undefined;
  try {
    if (!fstatSync(place).isFile()) throw fail('it is not a regular file');
    return readBounded(openSync(pathOfFd(place), constants.O_RDONLY | constants.O_NONBLOCK), fail);
  } catch (error) {
    throw isRuntimeError(error) ? error : fail(errnoReason(error), error);
  } finally {
    closeSync(place);
  }
}

function openPlace(
  kernel: Kernel,
  rootFd: number,
  path: string,
  fail: (reason: string, cause: unknown) => Error,
): number | undefined {
  try {
    return kernel.openInRoot(rootFd, path, O_PATH);
  } catch (error) {
    const reason = errnoReason(error);
    if (MISSING.has(reason.split(' ', 1)[0] ?? '')) return undefined;
    throw fail(reason, error);
  }
}

/**
 * Read, not measured by its size: a file can grow meanwhile, and those of some file systems have none. The buffer
 * grows with what comes, for most account files are a page long.
 */
function readBounded(fd: number, fail: (reason: string) => Error): string {
  let buffer = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  try {
    for (;;) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      if (count === 0) return buffer.toString('utf8', 0, length);
      length += count;
      if (length > MAX_BYTES) throw fail(`it is larger than ${MAX_BYTES} bytes`);
      if (length === buffer.length) buffer = Buffer.concat([buffer], length * 4);
    }
  } finally {
    closeSync(fd);
  }
}
