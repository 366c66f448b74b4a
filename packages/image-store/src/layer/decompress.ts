import { once } from 'node:events';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Compression } from '../document/media-types.js';
import { imageStoreError } from '../errors.js';
import { expandXz } from './expand-xz.js';

const CHUNK_BYTES = 1 << 19;
/** Chunks that are expanded before they are asked for. */
const AHEAD = 4;
/** Longest beginning by which a compression is known. */
const MAGIC_BYTES = 6;

/** How whole archives are compressed; layers never are by xz. */
export type ArchiveCompression = Compression | 'xz';

/** Which compression bytes begin with. Media types are wrong often enough that all readers look. */
export function detectCompression(beginning: Uint8Array): ArchiveCompression {
  const [a, b, c, d, e, f] = beginning;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a === 0xfd && b === 0x37 && c === 0x7a && d === 0x58 && e === 0x5a && f === 0) return 'xz';
  return 'none';
}

/** The bytes uncompressed, whatever they were. Throws `RuntimeError` `bad-archive`. */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { beginning, all } = await peek(source);
  const compression = detectCompression(beginning);
  if (compression === 'none') yield* all;
  else if (compression === 'gzip')
    yield* explaining('gzip', inflate(all, zlib.createGunzip({ chunkSize: CHUNK_BYTES })));
  else if (compression === 'zstd') yield* explaining('zstd', expandZstd(all));
  else yield* expandXz(all);
}

/** The bytes of a layer in a form that layers have: what xz has compressed is expanded, all else passes as it is. */
export async function* withoutXz(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { beginning, all } = await peek(source);
  yield* detectCompression(beginning) === 'xz' ? expandXz(all) : all;
}

/** The beginning is one piece in `all` too. */
async function peek(source: AsyncIterable<Uint8Array>) {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < MAGIC_BYTES) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    parts.push(value);
    length += value.length;
  }
  const beginning = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (beginning.length > 0) yield beginning;
      for (;;) {
        const { value, done } = await iterator.next();
        if (done === true) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { beginning, all: all() };
}

type Zlib = zlib.Gunzip & NodeJS.ReadWriteStream;

async function* inflate(source: AsyncIterable<Uint8Array>, expander: Zlib): AsyncGenerator<Uint8Array> {
  const input = Readable.from(source, { objectMode: false, highWaterMark: CHUNK_BYTES });
  input.on('error', (error) => expander.destroy(error));
  input.pipe(expander);
  try {
    yield* readAhead(expander);
  } finally {
    input.destroy();
    if (!expander.closed) {
      expander.destroy();
      await once(expander, 'close');
    }
  }
}

/** What a stream gives, taken ahead of who reads: it works on threads of its own meanwhile. */
async function* readAhead(stream: Zlib): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let ended = false;
  let failure: Error | undefined;
  let wake = () => {};
  stream.on('data', (chunk: Uint8Array) => {
    if (chunks.push(chunk) === AHEAD) stream.pause();
    wake();
  });
  stream.once('end', () => {
    ended = true;
    wake();
  });
  stream.once('error', (error: Error) => {
    failure = error;
    wake();
  });
  for (;;) {
    const chunk = chunks.shift();
    if (chunk !== undefined) {
      stream.resume();
      yield chunk;
    } else if (failure !== undefined) throw failure;
    else if (ended) return;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

/** Node has zstd from 22.15 on; before that it is done in JavaScript. */
async function* expandZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: (options: object) => Zlib };
  if (createZstdDecompress !== undefined) {
    yield* inflate(source, createZstdDecompress({ chunkSize: CHUNK_BYTES }));
    return;
  }
  const { Decompress } = await import('fzstd');
  let ready: Uint8Array[] = [];
  const expander = new Decompress((bytes) => ready.push(bytes));
  for await (const bytes of source) {
    expander.push(bytes);
    yield* ready;
    ready = [];
  }
  expander.push(new Uint8Array(0), true);
  yield* ready;
}

/** What the decompressor says becomes a sentence; errors of the source go on as they are. */
async function* explaining(kind: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (!isDecoderError(error)) throw error;
    throw imageStoreError('bad-archive', `failed to read the ${kind} stream: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Those of zlib have a code that begins so, those of fzstd a number. */
function isDecoderError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' || (typeof code === 'string' && /^(Z_|ZSTD_|ERR_ZLIB)/.test(code));
}
