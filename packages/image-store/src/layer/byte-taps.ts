import { createHash } from 'node:crypto';

/** Bytes passed on, and counted. */
export class Counter implements AsyncIterable<Uint8Array> {
  bytes = 0;

  constructor(readonly source: AsyncIterable<Uint8Array>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.source) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }
}

/** Bytes passed on, counted and digested. */
export class Digester extends Counter {
  readonly #hash = createHash('sha256');

  override async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of super[Symbol.asyncIterator]()) {
      this.#hash.update(chunk);
      yield chunk;
    }
  }

  /** Of all that was passed on; to be called once, at the end. */
  digest(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
