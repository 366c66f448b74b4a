import { watch } from 'node:fs';

/** Wakes whoever waits for something to change in a directory. */
export interface DirectoryWatch {
  /**
   * Resolves after the next change, at once when there was one since the last call; without any now and then, after
   * `mostMs` at the latest.
   */
  next(mostMs?: number): Promise<void>;
  stop(): void;
}

/** The watch tells of every change; this is for what it cannot tell: a process that was killed, a time that has come. */
const LOOK_AGAIN_MS = 500;

/** Watches a directory until `stop`. Where the machine has no watches left, `next` resolves more often. */
export function watchDirectory(directory: string, signal: AbortSignal | undefined): DirectoryWatch {
  let hasChanged = false;
  let wake = () => {};
  const onChange = () => {
    hasChanged = true;
    wake();
  };
  const watcher = tryWatch(directory, onChange);
  signal?.addEventListener('abort', onChange);
  return {
    async next(mostMs = LOOK_AGAIN_MS) {
      if (!hasChanged) {
        await new Promise<void>((resolve) => {
          const patienceMs = watcher === undefined ? LOOK_AGAIN_MS / 10 : LOOK_AGAIN_MS;
          const timer = setTimeout(resolve, Math.min(patienceMs, Math.max(0, mostMs)));
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
    // The directory may go: the next look finds that out.
    return watch(directory, onChange).on('error', onChange);
  } catch {
    return undefined;
  }
}
