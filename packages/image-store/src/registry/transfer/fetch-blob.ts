import type { Descriptor } from '../../document/descriptor.js';
import type { BlobStore } from '../../store/blob-store.js';
import type { BlobWriter } from '../../store/blob-writer.js';
import { RegistryTrouble } from '../registry-error.js';
import { downloadBlob } from './download-blob.js';
import type { Repository } from './repository.js';

export interface FetchBlobOptions {
  /** Told how many bytes are there, each time there are more. */
  readonly onBytes?: (bytes: number) => void;
  /** Called when it is not there and the download begins; what is written can be followed. */
  readonly onBegin?: (writer: Pick<BlobWriter, 'follow'>) => void;
}

/**
 * Has the store hold a blob: what another process fetches is waited for, what an earlier one began is continued. Returns
 * `false` when it was there. What came of a blob stays for the next time, unless it cannot be the blob.
 */
export async function fetchBlob(
  blobs: BlobStore,
  repository: Repository,
  { digest, size, mediaType }: Descriptor,
  { onBytes, onBegin }: FetchBlobOptions = {},
): Promise<boolean> {
  const writer = await blobs.beginBlob({ digest, size }, repository.session.signal);
  if (writer === undefined) return false;
  try {
    onBegin?.(writer);
    await downloadBlob(repository, { digest, size, mediaType }, writer, onBytes);
    await writer.commitLarge();
    return true;
  } catch (error) {
    if (error instanceof RegistryTrouble && error.code === 'bad-answer') writer.discard();
    throw error;
  } finally {
    writer.release();
  }
}
