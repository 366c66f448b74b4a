import { Readable } from 'node:stream';
import type { Descriptor } from '../../document/descriptor.js';
import { TransientTrouble } from '../http/network-trouble.js';
import { dump } from '../http/transport.js';
import { RegistryTrouble } from '../registry-error.js';
import type { Repository } from './repository.js';
import { sendInChunks } from './send-in-chunks.js';
import { beginUpload, withDigest } from './upload-location.js';

/** A blob's bytes from one on, up to another. */
export type ReadBlob = (fromByte: number, toByte: number) => Readable;

/** How a blob got there. */
export type UploadResult = 'exists' | 'mounted' | 'uploaded';

export interface UploadOptions {
  /** Another repository of the same registry that has the blob. */
  readonly mountFrom?: string | undefined;
  readonly onBytes?: (bytes: number) => void;
  /** Of the pieces of a blob that cannot be sent in one. 16 MiB unless told. */
  readonly chunkBytes?: number;
}

/**
 * Has the registry hold a blob: asks whether it does, has it mounted from another repository, or sends it. It is sent in
 * one piece, which all registries take; when that was cut, or was too much at once, in chunks, which can be continued.
 * Throws `RegistryTrouble`. Source: distribution-spec, "pushing blobs".
 */
export async function uploadBlob(
  repository: Repository,
  blob: Descriptor,
  read: ReadBlob,
  options: UploadOptions = {},
): Promise<UploadResult> {
  if (await repository.hasBlob(blob.digest)) return 'exists';
  const { mountFrom, onBytes = () => {} } = options;
  const upload = await beginUpload(
    repository,
    mountFrom === undefined ? undefined : { from: mountFrom, digest: blob.digest },
  );
  if (upload === undefined) return 'mounted';
  const counting: ReadBlob = (from, to) => counted(read(from, to), from, onBytes);
  try {
    await sendWhole(repository, upload.location, blob, counting);
  } catch (error) {
    const isTooMuch = error instanceof RegistryTrouble && error.status === 413;
    if (!(error instanceof TransientTrouble) && !isTooMuch) throw error;
    await sendInChunks(repository, blob, counting, options.chunkBytes);
  }
  return 'uploaded';
}

async function sendWhole(
  repository: Repository,
  location: URL,
  blob: Descriptor,
  read: ReadBlob,
): Promise<void> {
  const answer = await repository.session.request({
    method: 'PUT',
    path: withDigest(location, blob.digest),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
    scope: repository.scope,
    body: () => read(0, blob.size),
    isTriedOnce: true,
    accepts: [201, 204],
  });
  await dump(answer);
}

function counted(source: Readable, start: number, onBytes: (bytes: number) => void): Readable {
  let bytes = start;
  async function* count() {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      onBytes(bytes);
      yield chunk;
    }
  }
  return Readable.from(count(), { objectMode: false });
}
