import { writeSync } from 'node:fs';
import { sleepSync } from '@mini/contracts';

/** How long to wait for a reader that is slow, before asking again. */
const RETRY_MS = 5;

/**
 * Writes all of `text` to a descriptor before it returns, so that leaving right after loses nothing. Returns
 * `false` when the reader has gone away (`mini … | head`): nothing more needs to be written then.
 */
export function writeAll(fd: number, text: string): boolean {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return false;
      if (code !== 'EAGAIN') throw error;
      sleepSync(RETRY_MS);
    }
  }
  return true;
}
