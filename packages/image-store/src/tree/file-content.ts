import { readSync } from 'node:fs';
import { imageStoreError, quoteText } from '../errors.js';

const CHUNK_BYTES = 1 << 20;
/** For who is done with each piece before asking for the next. */
let shared: Buffer | undefined;

/** The bytes of an open file, as many as it had when it was looked at. */
export class FileContent implements Iterable<Uint8Array> {
  constructor(
    readonly fd: number,
    readonly sizeBytes: number,
    /** For the sentence of an error. */
    readonly path: string,
  ) {}

  /** Pieces that are the reader's own. */
  *[Symbol.iterator](): Generator<Uint8Array> {
    yield* this.#read((size) => Buffer.allocUnsafe(size));
  }

  /** Pieces that are overwritten by the next one. */
  *borrow(): Generator<Uint8Array> {
    shared ??= Buffer.allocUnsafe(CHUNK_BYTES);
    const buffer = shared;
    yield* this.#read((size) => buffer.subarray(0, size));
  }

  *#read(allocate: (size: number) => Buffer): Generator<Uint8Array> {
    for (let position = 0; position < this.sizeBytes; ) {
      const buffer = allocate(Math.min(CHUNK_BYTES, this.sizeBytes - position));
      const count = readSync(this.fd, buffer, 0, buffer.length, position);
      // A header with the size is on its way already: what is missing cannot be made up.
      if (count === 0) {
        throw imageStoreError(
          'pack-failed',
          `failed to read ${quoteText(this.path)}: it has become shorter meanwhile`,
        );
      }
      yield buffer.subarray(0, count);
      position += count;
    }
  }
}
