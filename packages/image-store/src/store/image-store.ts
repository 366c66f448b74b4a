import type { Kernel } from '@mini/contracts';
import type { RecordLock } from '@mini/state-store';
import { BlobStore } from './blob-store.js';
import { listStoreDirectories, makeStoreDirectories, type StoreDirectories } from './store-directories.js';
import { waitForLock } from './wait-for-lock.js';

/** Keeps what no image refers to yet, such as the blobs of a pull, from being thrown away. */
export type Lease = Pick<RecordLock, 'release'>;

/** Images on disk: an OCI image layout that other tools read, and their unpacked layers. */
export class ImageStore {
  readonly blobs: BlobStore;

  /** `openImageStore` makes stores. */
  constructor(
    readonly kernel: Kernel,
    readonly directories: StoreDirectories,
  ) {
    this.blobs = new BlobStore(kernel, directories);
  }

  /** Waits while another process throws away what is unused. To be released by the caller, or by the end of this process. */
  async lease(signal?: AbortSignal): Promise<Lease> {
    const lock = await waitForLock(this.kernel, this.directories.leaseLock, 'shared', () => false, signal);
    return lock!;
  }
}

/** Opens the store in a directory, which is made if it is missing. Throws `RuntimeError` `store-io`. */
export function openImageStore(kernel: Kernel, directory: string): ImageStore {
  const directories = listStoreDirectories(directory);
  makeStoreDirectories(kernel, directories);
  return new ImageStore(kernel, directories);
}
