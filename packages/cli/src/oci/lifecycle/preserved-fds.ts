import { readlinkSync } from 'node:fs';
import { ociError } from '../oci-error.js';

const FIRST = 3;
/** What Node and Bun open before anything else, at the lowest free number. */
const OWN_FIRST = 'anon_inode:[eventpoll]';

/**
 * The caller's descriptors 3 and following that the command is to get. One that the caller has not left open may be one
 * of our engine's own by now, which must not get out: they follow the first that it opens. Whether they close at exec tells
 * nothing, for Node makes all of them so. Throws `RuntimeError` `usage`.
 */
export function listPreservedFds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const fd = FIRST + index;
    const target = describe(fd);
    if (target !== undefined && target !== OWN_FIRST) return fd;
    throw ociError('usage', `failed to preserve ${count} descriptors: ${fd} is not open`);
  });
}

/** What a descriptor leads to; `undefined` when it is not open. */
function describe(fd: number): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
