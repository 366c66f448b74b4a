import type { Descriptor } from '../../document/descriptor.js';
import { retrying } from '../http/pace.js';
import { dump } from '../http/transport.js';
import type { Repository } from './repository.js';
import type { ReadBlob } from './upload-blob.js';
import { beginUpload, readLocation, withDigest } from './upload-location.js';

const CHUNK_BYTES = 16 << 20;

/** How far an upload is. */
interface Progress {
  location: URL;
  offset: number;
}

/**
 * Sends a blob piece by piece. After a cut it goes on behind what the registry says that it has. Throws `RegistryTrouble`.
 * Source: distribution-spec, "pushing a blob in chunks".
 */
export async function sendInChunks(
  repository: Repository,
  blob: Descriptor,
  read: ReadBlob,
  chunkBytes = CHUNK_BYTES,
): Promise<void> {
  const { pace, signal } = repository.session;
  const { location, leastChunkBytes } = (await beginUpload(repository))!;
  const progress = { location, offset: 0 };
  const most = Math.max(chunkBytes, leastChunkBytes);
  while (progress.offset < blob.size) {
    const before = progress.offset;
    let isDoubtful = false;
    await retrying(pace, signal, async () => {
      // After a cut only the registry knows how much has arrived.
      if (isDoubtful) await askProgress(repository, progress, blob.size);
      isDoubtful = true;
      if (progress.offset > before) return;
      await sendChunk(repository, progress, Math.min(blob.size, progress.offset + most), read);
    });
  }
  await endUpload(repository, progress.location, blob.digest);
}

async function sendChunk(
  repository: Repository,
  progress: Progress,
  end: number,
  read: ReadBlob,
): Promise<void> {
  const start = progress.offset;
  const answer = await repository.session.request({
    method: 'PATCH',
    path: progress.location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(end - start),
      'content-range': `${start}-${end - 1}`,
    },
    scope: repository.scope,
    body: () => read(start, end),
    isTriedOnce: true,
    accepts: [202],
  });
  await dump(answer);
  progress.location = readLocation(answer);
  progress.offset = end;
}

async function askProgress(repository: Repository, progress: Progress, size: number): Promise<void> {
  const { location, scope } = { location: progress.location, scope: repository.scope };
  const answer = await repository.session.request({ method: 'GET', path: location, scope, accepts: [204] });
  await dump(answer);
  const { range } = answer.headers;
  const last = typeof range === 'string' ? /^(?:bytes=)?0-(\d+)$/.exec(range)?.[1] : undefined;
  // "0-0" is what registries say of nothing and of one byte alike.
  progress.offset = last === undefined || last === '0' ? 0 : Math.min(size, Number(last) + 1);
  if (answer.headers.location !== undefined) progress.location = readLocation(answer);
}

async function endUpload(repository: Repository, location: URL, digest: string): Promise<void> {
  const answer = await repository.session.request({
    method: 'PUT',
    path: withDigest(location, digest),
    headers: { 'content-length': '0' },
    scope: repository.scope,
    accepts: [201, 204],
  });
  await dump(answer);
}
