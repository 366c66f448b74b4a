import { createHash, type Hash } from 'node:crypto';
import {
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type RecordLock, syncDirectory } from '@mini/state-store';
import { imageStoreError } from '../errors.js';
import { BlobGrowth } from './blob-growth.js';
import { storing, storingAsync } from './store-errors.js';

const CHUNK_BYTES = 1 << 20;
const sync = promisify(fdatasync);

/** What a blob has to be. */
export interface ExpectedBlob {
  readonly digest: string;
  /** In bytes; any up to the writer's limit when it is not known. */
  readonly size?: number;
}

/** What a blob turned out to be. */
export interface WrittenBlob {
  readonly digest: string;
  readonly size: number;
}

/** Where a blob is written and where it goes. */
export interface BlobPlaces {
  readonly draft: string;
  /** By its digest, which a blob without an expected one has at its end. */
  readonly pathOf: (digest: string) => string;
}

/**
 * A blob on its way into the store, which nobody else writes meanwhile. Digest and size are verified as it grows; it gets
 * its name, by which others find it, only once it is whole and on the disk. Killed at any moment, it leaves a draft that
 * the next writer goes on from.
 */
export class BlobWriter {
  #hash: Hash = createHash('sha256');
  #offset = 0;
  #isOpen = true;
  #growth = new BlobGrowth();

  /** `BlobStore.beginBlob` makes writers; the lock's descriptor is the draft's. */
  constructor(
    readonly expected: Partial<ExpectedBlob>,
    readonly places: BlobPlaces,
    readonly lock: RecordLock,
  ) {
    this.#resume();
  }

  /** How many bytes are there: what is written next continues here, so a download is to begin here. */
  get offsetBytes(): number {
    return this.#offset;
  }

  /** Throws `RuntimeError` `blob-mismatch` as soon as there is more than expected, `store-io`; nothing is then kept. */
  write(bytes: Uint8Array): void {
    const { size } = this.expected;
    if (size !== undefined && this.#offset + bytes.length > size) {
      this.discard();
      throw this.#mismatch(`it has more than its ${size} bytes`);
    }
    try {
      storing(`write ${this.#object}`, () => {
        for (let at = 0; at < bytes.length; ) {
          at += writeSync(this.lock.fd, bytes, at, bytes.length - at, this.#offset + at);
        }
      });
    } catch (error) {
      this.discard();
      throw error;
    }
    this.#hash.update(bytes);
    this.#offset += bytes.length;
    this.#growth.grow(this.#offset);
  }

  /**
   * The bytes of the blob from its beginning, as they come: to be trusted only once it ends, which is when the blob has been
   * verified. Throws `BlobGivenUp`.
   */
  follow(): AsyncIterable<Uint8Array> {
    return this.#growth.read(this.places.draft);
  }

  /** Forgets what is there, for a source that cannot continue. */
  restart(): void {
    storing(`write ${this.#object}`, () => ftruncateSync(this.lock.fd, 0));
    this.#hash = createHash('sha256');
    this.#offset = 0;
    this.#growth.giveUp();
    this.#growth = new BlobGrowth();
  }

  /**
   * Gives the blob its place; returns what it is. Throws `RuntimeError` `blob-mismatch` when digest or size are others than
   * expected, `store-io`; nothing is then kept.
   */
  commit(): WrittenBlob {
    try {
      const digest = this.#verify();
      storing(`store ${this.#object}`, () => fdatasyncSync(this.lock.fd));
      return this.#place(digest);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** As `commit`, for what is large: others go on while the disk writes. Rejects likewise. */
  async commitLarge(): Promise<WrittenBlob> {
    try {
      const digest = this.#verify();
      this.#growth.complete();
      await storingAsync(`store ${this.#object}`, () => sync(this.lock.fd));
      return this.#place(digest);
    } catch (error) {
      this.discard();
      throw error;
    }
  }

  /** Lets go; what was written stays for the next attempt. After `commit` and `discard` it does nothing. */
  release(): void {
    if (this.#offset === 0) this.discard();
    else this.#close();
  }

  /** Lets go and keeps nothing. */
  discard(): void {
    if (this.#isOpen) rmSync(this.places.draft, { force: true });
    this.#close();
  }

  #place(digest: string): WrittenBlob {
    storing(`store ${this.#object}`, () => {
      const path = this.places.pathOf(digest);
      renameSync(this.places.draft, path);
      syncDirectory(dirname(path));
    });
    this.#growth.complete();
    this.#close();
    return { digest, size: this.#offset };
  }

  #close(): void {
    this.#growth.giveUp();
    if (this.#isOpen) this.lock.release();
    this.#isOpen = false;
  }

  /** What an earlier writer left is taken as it is: a wrong digest shows at the end. */
  #resume(): void {
    storing(`read what there is of ${this.#object}`, () => {
      const { size } = fstatSync(this.lock.fd);
      if (size > (this.expected.size ?? Number.POSITIVE_INFINITY)) return this.restart();
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size));
      while (this.#offset < size) {
        const count = readSync(this.lock.fd, buffer, 0, buffer.length, this.#offset);
        if (count === 0) break;
        this.#hash.update(buffer.subarray(0, count));
        this.#offset += count;
      }
      this.#growth.grow(this.#offset);
    });
  }

  /** Its digest. */
  #verify(): string {
    const found = `sha256:${this.#hash.digest('hex')}`;
    const { size, digest: wanted } = this.expected;
    if (size !== undefined && this.#offset !== size) {
      throw this.#mismatch(`it has ${this.#offset} bytes instead of ${size}`);
    }
    if (wanted !== undefined && found !== wanted) throw this.#mismatch(`its digest is "${found}"`);
    return found;
  }

  get #object(): string {
    const { digest } = this.expected;
    return digest === undefined ? 'a new blob' : `blob "${digest}"`;
  }

  #mismatch(reason: string): Error {
    return imageStoreError('blob-mismatch', `failed to store ${this.#object}: ${reason}`);
  }
}
