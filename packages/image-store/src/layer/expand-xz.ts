import { imageStoreError } from '../errors.js';

/** What the decoder's numbers mean. Source: enum xz_ret of XZ Embedded. */
const REASONS: Readonly<Record<string, string>> = {
  3: 'there is not enough memory',
  4: 'its dictionary has more than 64 MiB',
  5: 'it is no xz stream',
  6: 'it has a filter or a check other than LZMA2, CRC32 and CRC64',
  7: 'it is damaged',
  8: 'unexpected end of file',
};

/**
 * The bytes of an xz stream expanded, of several ones behind each other too. One is expanded at a time in a process. Throws `RuntimeError`
 * `bad-archive`; errors of the source go on as they are.
 */
export async function* expandXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { XzReadableStream } = await import('./xz-decompress.js');
  const expanded = new XzReadableStream(toWebStream(source));
  try {
    for await (const bytes of expanded as unknown as AsyncIterable<Uint8Array>) {
      if (bytes.length > 0) yield bytes;
    }
  } catch (error) {
    const [, number] = /failed with error code (\d+)$/.exec((error as Error).message) ?? [];
    if (number === undefined) throw error;
    const reason = REASONS[number] ?? `error ${number}`;
    throw imageStoreError('bad-archive', `failed to read the xz stream: ${reason}`, { cause: error });
  }
}

/** Pulled from as it is wanted, and closed when nothing more is. */
function toWebStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
