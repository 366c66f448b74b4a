/** How long others may wait for their turn while files are copied. */
const MOST_MS = 3;

/** Files are read and written by synchronous calls, which are faster; between them others get their turn. */
export class Turns {
  #since = performance.now();

  constructor(readonly signal: AbortSignal | undefined) {}

  /** Whether it is time to `pass`: to ask is cheaper than to wait for nothing. */
  get isDue(): boolean {
    return this.signal?.aborted === true || performance.now() - this.#since >= MOST_MS;
  }

  /** Rejects with the reason of the signal once that is aborted. */
  async pass(): Promise<void> {
    this.signal?.throwIfAborted();
    if (!this.isDue) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
    this.signal?.throwIfAborted();
  }
}
