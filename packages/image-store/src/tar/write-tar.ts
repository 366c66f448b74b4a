import { imageStoreError, quoteText } from '../errors.js';
import { encodeEntry, paddingOf } from './encode-entry.js';
import { BLOCK_BYTES } from './header-block.js';
import { expandContent, type TarMember } from './tar-entry.js';

/** Small pieces are joined up to this, so that a reader at the end of a pipe is not woken for each header. */
const JOIN_BYTES = 1 << 16;

/**
 * Writes members as a tar stream: ustar, with pax headers where it needs them; sparse files in full. Throws `RuntimeError`
 * `bad-entry` for an entry that no archive can hold, and for content that is longer or shorter than its entry says.
 */
export async function* writeTar(
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const joiner = new Joiner();
  for await (const member of members) {
    yield* joiner.add(encodeEntry(member.entry));
    let left = member.entry.sizeBytes;
    for await (const bytes of expandContent(member)) {
      left -= bytes.length;
      if (left < 0) throw wrongLength(member, 'longer');
      yield* joiner.add(bytes);
    }
    if (left > 0) throw wrongLength(member, 'shorter');
    yield* joiner.add(Buffer.alloc(paddingOf(member.entry.sizeBytes)));
  }
  yield* joiner.add(Buffer.alloc(2 * BLOCK_BYTES));
  yield* joiner.flush();
}

function wrongLength({ entry: { path } }: TarMember, how: string): Error {
  return imageStoreError(
    'bad-entry',
    `failed to write ${quoteText(path)} as tar: its content is ${how} than its size`,
  );
}

/** Each chunk it gives is the reader's own: nothing is written into it later. */
class Joiner {
  #buffer = Buffer.allocUnsafe(JOIN_BYTES);
  #length = 0;

  *add(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#length + bytes.length > JOIN_BYTES) yield* this.flush();
    if (bytes.length >= JOIN_BYTES) {
      yield bytes;
    } else {
      this.#buffer.set(bytes, this.#length);
      this.#length += bytes.length;
    }
  }

  *flush(): Generator<Uint8Array> {
    if (this.#length === 0) return;
    yield this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafe(JOIN_BYTES);
    this.#length = 0;
  }
}
