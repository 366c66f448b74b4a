import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { type LockKernel, tryLockFile } from '@mini/state-store';
import { hexOf } from '../document/digest.js';
import { imageStoreError } from '../errors.js';
import { BlobWriter, type ExpectedBlob } from './blob-writer.js';
import type { StoreDirectories } from './store-directories.js';
import { storing } from './store-errors.js';
import { waitForLock } from './wait-for-lock.js';

const CHUNK_BYTES = 1 << 18;
let drafts = 0;

/**
 * Blobs by their digest, as an OCI image layout keeps them. Whoever adds some that no image refers to yet holds a lease of
 * the store (`ImageStore.lease`) until one does.
 */
export class BlobStore {
  constructor(
    readonly kernel: LockKernel,
    readonly directories: StoreDirectories,
  ) {}

  /** Where the blob lies, if it is there: never to be written to. Throws `RuntimeError` `bad-digest`. */
  pathOf(digest: string): string {
    return `${this.directories.blobs}/${hexOf(digest)}`;
  }

  has(digest: string): boolean {
    return this.sizeOf(digest) !== undefined;
  }

  /** In bytes; `undefined` when it is not there. */
  sizeOf(digest: string): number | undefined {
    return statSync(this.pathOf(digest), { throwIfNoEntry: false })?.size;
  }

  /** A descriptor for reading, the caller's to close. Throws `RuntimeError` `blob-missing`. */
  open(digest: string): number {
    const path = this.pathOf(digest);
    try {
      return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw missing(digest);
      return storing(`read blob "${digest}"`, () => {
        throw error;
      });
    }
  }

  /** The bytes as they lie there; they were verified when they came. Throws `RuntimeError` `blob-missing`. */
  async *read(digest: string): AsyncGenerator<Uint8Array, void, undefined> {
    const fd = this.open(digest);
    yield* createReadStream('', { fd, highWaterMark: CHUNK_BYTES, autoClose: true });
  }

  /** A whole document. Throws `RuntimeError` `blob-missing`, and `blob-mismatch` for one of more than `mostBytes`. */
  readDocument(digest: string, mostBytes: number): Buffer {
    const fd = this.open(digest);
    try {
      if (fstatSync(fd).size > mostBytes) {
        throw imageStoreError(
          'blob-mismatch',
          `failed to read blob "${digest}": it has more than ${mostBytes} bytes, too many for a document`,
        );
      }
      return storing(`read blob "${digest}"`, () => readFileSync(fd));
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Begins to add a blob. While another process adds the same one this waits for it; `undefined` once it is there, then
   * nothing is to be done. Throws `RuntimeError` `bad-digest`, `store-io`, and rejects with the reason of the signal.
   */
  async beginBlob(expected: ExpectedBlob, signal?: AbortSignal): Promise<BlobWriter | undefined> {
    const draft = `${this.directories.ingest}/${hexOf(expected.digest)}`;
    const lock = await waitForLock(this.kernel, draft, 'exclusive', () => this.has(expected.digest), signal);
    if (lock === undefined) return undefined;
    if (!this.has(expected.digest)) return this.#makeWriter(expected, draft, lock);
    // It got its place between our look and our lock, which has made another draft.
    rmSync(draft, { force: true });
    lock.release();
    return undefined;
  }

  /** Begins a blob whose digest is known when it is written. */
  beginNewBlob(): BlobWriter {
    for (;;) {
      drafts += 1;
      const draft = `${this.directories.ingest}/new-${process.pid}-${drafts}`;
      const lock = tryLockFile(this.kernel, draft, 'exclusive');
      if (lock === undefined) continue;
      const writer = this.#makeWriter({}, draft, lock);
      // Of a process with the same pid that was killed.
      writer.restart();
      return writer;
    }
  }

  /** Adds a blob that is in memory, such as a manifest. */
  putBytes(bytes: Uint8Array): { readonly digest: string; readonly size: number } {
    const writer = this.beginNewBlob();
    writer.write(bytes);
    return writer.commit();
  }

  #makeWriter(
    expected: Partial<ExpectedBlob>,
    draft: string,
    lock: { fd: number; release(): void },
  ): BlobWriter {
    try {
      return new BlobWriter(expected, { draft, pathOf: (digest) => this.pathOf(digest) }, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}

function missing(digest: string): Error {
  return imageStoreError('blob-missing', `failed to read blob "${digest}": the store does not hold it`);
}
