import { imageStoreError } from '../errors.js';

const NOTHING = Buffer.alloc(0);

/** Chunks of a stream, read in pieces of any length. Holds one chunk at a time. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Buffer = NOTHING;
  /** What of the chunk is left: cutting it each time would cost more than all else. */
  #at = 0;
  #end = 0;
  /** How many bytes have been taken. */
  position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** At most so many bytes, as they come; none at the end. */
  async readSome(most: number): Promise<Buffer> {
    while (this.#at === this.#end) {
      const { value, done } = await this.#iterator.next();
      if (done === true) return NOTHING;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      this.#at = 0;
      this.#end = value.byteLength;
    }
    return this.#take(Math.min(most, this.#end - this.#at));
  }

  #take(count: number): Buffer {
    const start = this.#at;
    this.#at += count;
    this.position += count;
    return this.#chunk.subarray(start, this.#at);
  }

  /** Exactly so many where they are at hand, without waiting; else none is taken. */
  takeNow(count: number): Buffer | undefined {
    if (this.#end - this.#at < count) return undefined;
    return this.#take(count);
  }

  /** Exactly so many, or all there are. */
  async readUpTo(count: number): Promise<Buffer> {
    const first = await this.readSome(count);
    if (first.length === count || first.length === 0) return first;
    const parts = [first];
    for (let left = count - first.length; left > 0; ) {
      const part = await this.readSome(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Exactly so many. Throws `RuntimeError` `bad-archive` when the stream ends before. */
  async read(count: number): Promise<Buffer> {
    const bytes = await this.readUpTo(count);
    if (bytes.length < count) throw this.endedEarly();
    return bytes;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const { length } = await this.readSome(left);
      if (length === 0) throw this.endedEarly();
      left -= length;
    }
  }

  /** `false` when so many are not at hand; then none is passed over. */
  skipNow(count: number): boolean {
    if (this.#end - this.#at < count) return false;
    this.#at += count;
    this.position += count;
    return true;
  }

  /** Reads to the end: a writer at the other end of a pipe is not to be broken off. */
  async drain(): Promise<void> {
    while ((await this.readSome(Number.MAX_SAFE_INTEGER)).length > 0);
  }

  /** Lets go of the stream before its end. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  endedEarly(): Error {
    return imageStoreError(
      'bad-archive',
      `failed to read the tar stream: it ends at byte ${this.position}, too early`,
      {
        context: { offset: this.position },
      },
    );
  }
}
