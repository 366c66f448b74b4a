import { existsSync, mkdirSync } from 'node:fs';
import { type LockKernel, lockFile, replaceFile } from '@mini/state-store';
import { storing } from './store-errors.js';

/** An OCI image layout, and beside it what mini needs: tools that read layouts ignore the rest. */
export interface StoreDirectories {
  /** Holds `oci-layout`, `index.json` and `blobs`. */
  readonly root: string;
  readonly blobs: string;
  /** Blobs that are on their way, named by the digits of their digest. */
  readonly ingest: string;
  /** Unpacked layers, named by the digits of their diff id. */
  readonly layers: string;
  readonly indexFile: string;
  /** Held shared by whoever uses what no image refers to yet, exclusively by who throws such things away. */
  readonly leaseLock: string;
  /** Held while `indexFile` is changed. */
  readonly indexLock: string;
}

export function listStoreDirectories(root: string): StoreDirectories {
  return {
    root,
    blobs: `${root}/blobs/sha256`,
    ingest: `${root}/ingest`,
    layers: `${root}/layers`,
    indexFile: `${root}/index.json`,
    leaseLock: `${root}/lease.lock`,
    indexLock: `${root}/index.lock`,
  };
}

/** Source: OCI image-spec image-layout.md. */
const LAYOUT = `${JSON.stringify({ imageLayoutVersion: '1.0.0' })}\n`;
const EMPTY_INDEX = `${JSON.stringify({ schemaVersion: 2, manifests: [] })}\n`;

/** Makes what is missing of a store. Throws `RuntimeError` `store-io`. */
export function makeStoreDirectories(kernel: LockKernel, directories: StoreDirectories): void {
  const { root, blobs, ingest, layers, indexFile, indexLock } = directories;
  // Written last: where it is, all is.
  const layoutFile = `${root}/oci-layout`;
  if (existsSync(layoutFile)) return;
  storing(`make the image store "${root}"`, () => {
    for (const path of [root, blobs, ingest, layers]) mkdirSync(path, { recursive: true, mode: 0o700 });
    const lock = lockFile(kernel, indexLock, 'the image store');
    try {
      if (!existsSync(indexFile)) replaceFile(indexFile, EMPTY_INDEX);
      replaceFile(layoutFile, LAYOUT);
    } finally {
      lock.release();
    }
  });
}
