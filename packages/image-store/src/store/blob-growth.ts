import { closeSync, constants, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1 << 18;

/** Its writer gave a blob up, or began it again: what was read of it is worth nothing. */
export class BlobGivenUp extends Error {}

/** How far a blob on its way has come, for who reads what there is while the rest is being written. */
export class BlobGrowth {
  #bytes = 0;
  #state: 'growing' | 'whole' | 'given up' = 'growing';
  readonly #waiting = new Set<() => void>();

  /** So many bytes are there now. */
  grow(bytes: number): void {
    this.#bytes = bytes;
    this.#wake();
  }

  /** All is there, and is what it has to be. */
  complete(): void {
    this.#state = 'whole';
    this.#wake();
  }

  /** Nothing more comes. After `complete` it does nothing. */
  giveUp(): void {
    if (this.#state === 'growing') this.#state = 'given up';
    this.#wake();
  }

  /** The bytes of the draft, up to the end of the blob once that is verified. Throws `BlobGivenUp`. */
  async *read(draft: string): AsyncGenerator<Uint8Array, void, undefined> {
    const fd = openSync(draft, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      for (let at = 0; ; ) {
        while (at === this.#bytes && this.#state === 'growing') await this.#change();
        if (this.#state === 'given up') throw new BlobGivenUp('the blob was given up');
        if (at === this.#bytes) return;
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, this.#bytes - at));
        const count = readSync(fd, buffer, 0, buffer.length, at);
        at += count;
        yield buffer.subarray(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }
}
