const CELL = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the calling thread: for what another process, or the kernel's own housekeeping, has done in some milliseconds. */
export function sleepSync(durationMs: number): void {
  Atomics.wait(CELL, 0, 0, durationMs);
}
