import type { ByteSource } from './byte-source.js';

/** The bytes of a member. What is left of them when the next member is wanted is passed over. */
export class StoredContent implements AsyncIterable<Uint8Array> {
  #left: number;

  constructor(
    readonly source: ByteSource,
    sizeBytes: number,
    readonly paddingBytes: number,
  ) {
    this.#left = sizeBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#left > 0) {
      const bytes = await this.source.readSome(this.#left);
      if (bytes.length === 0) throw this.source.endedEarly();
      this.#left -= bytes.length;
      yield bytes;
    }
  }

  /** All that is left, where it lies in memory already; it may be overwritten once the next is asked for. */
  takeNow(): Uint8Array | undefined {
    const bytes = this.source.takeNow(this.#left);
    if (bytes !== undefined) this.#left = 0;
    return bytes;
  }

  /** All that is left. Throws as the stream does. */
  async take(): Promise<Uint8Array> {
    const bytes = await this.source.read(this.#left);
    this.#left = 0;
    return bytes;
  }

  /** `finish`, where nothing has to be waited for; `false` when it has. */
  finishNow(): boolean {
    if (!this.source.skipNow(this.#left + this.paddingBytes)) return false;
    this.#left = 0;
    return true;
  }

  async finish(): Promise<void> {
    await this.source.skip(this.#left + this.paddingBytes);
    this.#left = 0;
  }
}
