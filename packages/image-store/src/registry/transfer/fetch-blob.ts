import type { Descriptor } from '../../document/descriptor.js';
import type { BlobStore } from '../../store/blob-store.js';
import { RegistryTrouble } from '../registry-error.js';
import { downloadBlob } from './download-blob.js';
import type { Repository } from './repository.js';

/**
 * Has the store hold a blob: what another process fetches is waited for, what an earlier one began is continued. Returns
 * `false` when it was there. What came of a blob stays for the next time, unless it cannot be the blob.
 */
export async function fetchBlob(
  blobs: BlobStore,
  repository: Repository,
  { digest, size, mediaType }: Descriptor,
  onBytes: (bytes: number) => void = () => {},
): Promise<boolean> {
  const writer = await blobs.beginBlob({ digest, size }, repository.session.signal);
  if (writer === undefined) return false;
  try {
    await downloadBlob(repository, { digest, size, mediaType }, writer, onBytes);
    writer.commit();
    return true;
  } catch (error) {
    if (error instanceof RegistryTrouble && error.code === 'bad-answer') writer.discard();
    throw error;
  } finally {
    writer.release();
  }
}
