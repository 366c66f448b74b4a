import { readFileSync } from 'node:fs';
import { ociError } from '../oci-error.js';

const FIRST = 3;
/** O_CLOEXEC of open(2), the same number on x86-64 and arm64; Node does not name it. */
const O_CLOEXEC = 0o2000000;

/**
 * The caller's descriptors 3 and following that the command is to get. One that the caller has not left open may be one
 * of Node's own by now, which are close-on-exec and must not get out. Throws `RuntimeError` `usage`.
 */
export function listPreservedFds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const fd = FIRST + index;
    if (isInherited(fd)) return fd;
    throw ociError('usage', `failed to preserve ${count} descriptors: ${fd} is not open`);
  });
}

function isInherited(fd: number): boolean {
  try {
    const [, flags = '0'] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
    return (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    return false;
  }
}
