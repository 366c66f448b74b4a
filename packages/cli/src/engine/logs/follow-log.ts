import { watch } from 'node:fs';
import type { LogReader } from './log-reader.js';
import type { VisitPart } from './log-scanner.js';

/** What is followed, and until when. */
export interface FollowRequest {
  readonly directory: string;
  /** Asked before each look at the log: what was written before the end is still read. */
  readonly isRunning: () => boolean;
  readonly signal?: AbortSignal;
}

/** The watch tells of every change; this is for what it cannot tell: a monitor that was killed. */
const LOOK_AGAIN_MS = 500;

/**
 * Visits the log and yields after each buffer: `true` when there is no more for now. Without a request to follow it ends
 * with what was there at the begin; with one when the container has ended, or `signal` is aborted.
 */
export async function* walkLog(
  reader: LogReader,
  visit: VisitPart,
  follow?: FollowRequest,
): AsyncGenerator<boolean> {
  if (follow === undefined) {
    while (!reader.hasReadAll() && reader.step(visit)) yield false;
    yield true;
    return;
  }
  const changes = watchDirectory(follow.directory, follow.signal);
  try {
    for (;;) {
      const goesOn = follow.isRunning();
      do {
        while (follow.signal?.aborted !== true && reader.step(visit)) yield false;
      } while (follow.signal?.aborted !== true && reader.findNewer());
      yield true;
      if (!goesOn || follow.signal?.aborted === true) return;
      await changes.next();
    }
  } finally {
    changes.stop();
  }
}

/** Wakes at changes in a directory. Where the machine has no watches left, now and then. */
function watchDirectory(directory: string, signal: AbortSignal | undefined) {
  let hasChanged = false;
  let wake = () => {};
  const onChange = () => {
    hasChanged = true;
    wake();
  };
  const watcher = tryWatch(directory, onChange);
  signal?.addEventListener('abort', onChange);
  return {
    async next(): Promise<void> {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, watcher === undefined ? LOOK_AGAIN_MS / 10 : LOOK_AGAIN_MS);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      hasChanged = false;
    },
    stop() {
      watcher?.close();
      signal?.removeEventListener('abort', onChange);
    },
  };
}

function tryWatch(directory: string, onChange: () => void) {
  try {
    // The directory may go with the container: the next look finds that out.
    return watch(directory, onChange).on('error', onChange);
  } catch {
    return undefined;
  }
}
