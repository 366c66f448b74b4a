import { createHash } from 'node:crypto';
import { HashThread } from './hash-thread.js';

/** A thread takes some milliseconds to start, in which this much is digested. */
const THREAD_BYTES = 8 << 20;

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

/** What takes bytes in and gives their SHA-256 in the end. */
interface Hasher {
  update(bytes: Uint8Array): Promise<void>;
  digest(): Promise<string>;
  close(): Promise<void>;
}

/** Bytes passed on, counted and digested. `sizeBytes` is about how many they will be, where that is known. */
export class Digester extends Counter {
  readonly #hasher: Hasher;

  constructor(source: AsyncIterable<Uint8Array>, sizeBytes = 0) {
    super(source);
    this.#hasher = sizeBytes < THREAD_BYTES ? hashHere() : new HashThread();
  }

  override async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.source) {
      this.bytes += chunk.length;
      await this.#hasher.update(chunk);
      yield chunk;
    }
  }

  /** Of all that was passed on; to be called once, at the end. */
  async digest(): Promise<string> {
    return `sha256:${await this.#hasher.digest()}`;
  }

  async close(): Promise<void> {
    await this.#hasher.close();
  }
}

function hashHere(): Hasher {
  const hash = createHash('sha256');
  return {
    update: async (bytes) => {
      hash.update(bytes);
    },
    digest: async () => hash.digest('hex'),
    close: async () => {},
  };
}
