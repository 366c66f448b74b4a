import type { Descriptor } from '../../document/descriptor.js';
import type { BlobWriter } from '../../store/blob-writer.js';
import { TransientTrouble } from '../http/network-trouble.js';
import { retrying } from '../http/pace.js';
import { type Answer, discard, dump } from '../http/transport.js';
import { RegistryTrouble } from '../registry-error.js';
import type { Repository } from './repository.js';

/** What a download writes to; to compare the digest is its business. */
export type BlobSink = Pick<BlobWriter, 'offsetBytes' | 'write' | 'restart'>;

/** A try that brought at least this was not in vain. */
const PROGRESS_BYTES = 64 << 10;

/**
 * Fetches what the sink does not have of a blob yet; after a cut it goes on where it was. `onBytes` is told how many bytes
 * are there, each time there are more. Throws `RegistryTrouble` and what the sink throws.
 */
export async function downloadBlob(
  repository: Repository,
  descriptor: Descriptor,
  sink: BlobSink,
  onBytes: (bytes: number) => void = () => {},
): Promise<void> {
  const { pace, signal } = repository.session;
  let start = sink.offsetBytes;
  onBytes(start);
  await retrying(
    pace,
    signal,
    async () => {
      start = sink.offsetBytes;
      if (start < descriptor.size) await downloadRest(repository, descriptor, sink, onBytes);
    },
    () => sink.offsetBytes - start >= PROGRESS_BYTES,
  );
}

async function downloadRest(
  repository: Repository,
  descriptor: Descriptor,
  sink: BlobSink,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const answer = await repository.openBlob(descriptor, sink.offsetBytes);
  const { size } = descriptor;
  const name = `blob "${descriptor.digest}"`;
  try {
    let skip = await findSkip(answer, descriptor, sink);
    for await (const chunk of repository.session.chunksOf(answer)) {
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      if (fresh.length === 0) continue;
      if (sink.offsetBytes + fresh.length > size) {
        throw new RegistryTrouble('bad-answer', `${name} has more than its ${size} bytes`);
      }
      sink.write(fresh);
      onBytes(sink.offsetBytes);
    }
  } catch (error) {
    discard(answer);
    throw error;
  }
  if (sink.offsetBytes < size) {
    throw new TransientTrouble(`${name} ended after ${sink.offsetBytes} of ${size} bytes`);
  }
}

/** How many bytes at the beginning of the body the sink has already. */
async function findSkip(answer: Answer, { digest, size }: Descriptor, sink: BlobSink): Promise<number> {
  const start = sink.offsetBytes;
  const { status, headers } = answer;
  if (status === 416) {
    await dump(answer);
    sink.restart();
    throw new TransientTrouble(`blob "${digest}" cannot be continued at byte ${start}`);
  }
  const [from, total] = status === 206 ? readRange(headers['content-range']) : [0, headers['content-length']];
  if (total !== undefined && Number(total) !== size) {
    throw new RegistryTrouble('bad-answer', `blob "${digest}" has ${Number(total)} bytes instead of ${size}`);
  }
  if (from > start) {
    throw new RegistryTrouble('bad-answer', `blob "${digest}" is not continued at byte ${start}`);
  }
  return start - from;
}

/** Source: RFC 9110 14.4. A range that is none begins nowhere. */
function readRange(header: string | string[] | undefined): [from: number, total: string | undefined] {
  const match = typeof header === 'string' ? /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header) : null;
  if (match === null) return [Number.POSITIVE_INFINITY, undefined];
  return [Number(match[1]), match[2] === '*' ? undefined : match[2]];
}
