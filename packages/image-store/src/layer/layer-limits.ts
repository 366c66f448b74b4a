import { imageStoreError } from '../errors.js';
import type { TarMember } from '../tar/tar-entry.js';

/** What a layer may be at most: more is an attack on the disk. */
export interface LayerLimits {
  /** Uncompressed. */
  readonly bytes: number;
  /** How many times larger than compressed, once it has more than `freeBytes`. */
  readonly ratio: number;
  readonly freeBytes: number;
  readonly files: number;
  /** Names on the way from the root of the layer to a file. */
  readonly depth: number;
}

export const DEFAULT_LIMITS: LayerLimits = {
  bytes: 256 * 1024 ** 3,
  ratio: 250,
  freeBytes: 1024 ** 3,
  files: 10_000_000,
  depth: 512,
};

/** Passes the bytes on while they are few enough. `compressedBytes` is how many have been read for them so far. */
export async function* limitBytes(
  bytes: AsyncIterable<Uint8Array>,
  limits: LayerLimits,
  compressedBytes: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let count = 0;
  for await (const chunk of bytes) {
    count += chunk.length;
    if (count > limits.bytes) throw tooLarge(`it has more than ${limits.bytes} bytes`);
    if (count > limits.freeBytes && count > limits.ratio * compressedBytes())
      throw tooLarge(`it is more than ${limits.ratio} times larger than compressed`);
    yield chunk;
  }
}

/** Passes the members on while they are few and shallow enough; a sparse file counts with its holes. */
export async function* limitMembers(
  members: AsyncIterable<TarMember>,
  limits: LayerLimits,
): AsyncGenerator<TarMember, void, undefined> {
  let count = 0;
  for await (const member of members) {
    count += 1;
    if (count > limits.files) throw tooLarge(`it has more than ${limits.files} files`);
    const { path, sizeBytes } = member.entry;
    if (sizeBytes > limits.bytes) throw tooLarge(`it has a file of ${sizeBytes} bytes`);
    if (path.length > limits.depth && path.split('/').length > limits.depth)
      throw tooLarge(`it has directories more than ${limits.depth} deep`);
    yield member;
  }
}

function tooLarge(reason: string): Error {
  return imageStoreError('too-large', `failed to unpack the layer: ${reason}`);
}
