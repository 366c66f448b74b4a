import { closeSync, readSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';

/** The output of a process, as it comes. */
export interface CollectedOutput {
  /** Takes what is there without waiting and closes the descriptor; `undefined` when it was too much. */
  finish(): Buffer | undefined;
}

const CHUNK_BYTES = 65536;

/**
 * Reads a pipe until its end or until `finish`; the descriptor is taken over. Calls `onTooMuch` once when more than
 * `mostBytes` have come, and drops the rest: the writer must not stall on it.
 */
export function collectOutput(
  kernel: Kernel,
  fd: number,
  mostBytes: number,
  onTooMuch: () => void,
): CollectedOutput {
  const chunks: Buffer[] = [];
  let length = 0;
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    unwatch();
    closeSync(fd);
  };
  const readOnce = () => {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSync(fd, chunk);
    if (count === 0) return close();
    if (length > mostBytes) return;
    length += count;
    if (length > mostBytes) onTooMuch();
    else chunks.push(chunk.subarray(0, count));
  };
  const unwatch = kernel.watch(fd, readOnce);
  return {
    finish() {
      // A process left behind may go on writing for ever: it is not waited for.
      while (isOpen && length <= mostBytes && kernel.pollReadable(fd, 0)) readOnce();
      close();
      return length > mostBytes ? undefined : Buffer.concat(chunks);
    },
  };
}
