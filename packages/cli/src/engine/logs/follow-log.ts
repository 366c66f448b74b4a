import { watchDirectory } from '../watch-directory.js';
import type { LogReader } from './log-reader.js';
import type { VisitPart } from './log-scanner.js';

/** What is followed, and until when. */
export interface FollowRequest {
  readonly directory: string;
  /** Asked before each look at the log: what was written before the end is still read. */
  readonly isRunning: () => boolean;
  readonly signal?: AbortSignal;
}

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
