import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { decompress, detectCompression } from '../../src/layer/decompress.js';

/** In pieces of any size, as they come from a network. */
async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const PLAIN = Buffer.concat([randomBytes(70_000), Buffer.alloc(500_000, 'abc'), randomBytes(3)]);
const pack = (program: string, ...words: string[]) =>
  spawnSync(program, [...words, '-c', '-q'], { input: PLAIN, maxBuffer: 1 << 24 });
const zstd = pack('zstd');
const xz = pack('xz');

for (const size of [1, 1000, 1 << 20]) {
  test(`gzip, several members, in pieces of ${size}`, async (t) => {
    const middle = 80_000;
    const packed = Buffer.concat([gzipSync(PLAIN.subarray(0, middle)), gzipSync(PLAIN.subarray(middle))]);
    t.deepEqual(await collect(decompress(pieces(packed, size))), PLAIN);
  });

  if (zstd.status === 0) {
    test(`zstd in pieces of ${size}`, async (t) => {
      t.deepEqual(await collect(decompress(pieces(zstd.stdout, size))), PLAIN);
    });
  }
}

if (xz.status === 0) {
  for (const size of [7, 1000, 1 << 20]) {
    test(`xz, several streams, in pieces of ${size}`, async (t) => {
      const packed = Buffer.concat([xz.stdout, pack('xz', '--block-size=100000', '-T2').stdout]);
      t.deepEqual(await collect(decompress(pieces(packed, size))), Buffer.concat([PLAIN, PLAIN]));
    });
  }

  test('an xz stream that is cut, damaged or of an unknown kind is told as that', async (t) => {
    const damaged = Buffer.from(xz.stdout);
    damaged.fill(0, 30_000, 30_100);
    const rows: readonly (readonly [bytes: Uint8Array, reason: string])[] = [
      [xz.stdout.subarray(0, 50_000), 'unexpected end of file'],
      [damaged, 'it is damaged'],
      [pack('xz', '--check=sha256').stdout, 'it has a filter or a check other than LZMA2, CRC32 and CRC64'],
      [pack('xz', '--lzma2=dict=128MiB').stdout, 'its dictionary has more than 64 MiB'],
    ];
    for (const [bytes, reason] of rows) {
      const message = `failed to read the xz stream: ${reason}`;
      await t.throwsAsync(collect(decompress(pieces(bytes, 1000))), { code: 'bad-archive', message });
    }
    t.deepEqual(await collect(decompress(pieces(xz.stdout, 1000))), PLAIN);
  });

  test('an xz stream may be left early, and its source may fail', async (t) => {
    let isClosed = false;
    async function* failing(): AsyncGenerator<Uint8Array> {
      try {
        yield xz.stdout.subarray(0, 1000);
        throw new Error('the network went away');
      } finally {
        isClosed = true;
      }
    }
    await t.throwsAsync(collect(decompress(failing())), { message: 'the network went away' });
    t.true(isClosed);
    for await (const _ of decompress(pieces(xz.stdout, 1000))) break;
    t.deepEqual(await collect(decompress(pieces(xz.stdout, 1000))), PLAIN);
  });
}

test('what is not compressed passes as it is', async (t) => {
  t.deepEqual(await collect(decompress(pieces(PLAIN, 999))), PLAIN);
  t.is(detectCompression(new Uint8Array()), 'none');
  t.deepEqual(await collect(decompress(pieces(new Uint8Array(), 1))), Buffer.alloc(0));
});

test('a cut or damaged stream is told as that', async (t) => {
  const packed = gzipSync(PLAIN);
  await t.throwsAsync(collect(decompress(pieces(packed.subarray(0, 50_000), 1000))), {
    code: 'bad-archive',
    message: 'failed to read the gzip stream: unexpected end of file',
  });
  const damaged = Buffer.from(packed);
  damaged.fill(0, 30_000, 30_100);
  await t.throwsAsync(collect(decompress(pieces(damaged, 1000))), {
    code: 'bad-archive',
    message: /^failed to read the gzip stream: /,
  });
});

test('an error of the source goes on as it is, and a reader may stop early', async (t) => {
  const packed = gzipSync(PLAIN);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield packed.subarray(0, 1000);
    throw new Error('the network went away');
  }
  await t.throwsAsync(collect(decompress(broken())), { message: 'the network went away' });
  let isClosed = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces(packed, 1000);
    } finally {
      isClosed = true;
    }
  }
  for await (const _ of decompress(watched())) break;
  t.true(isClosed);
});
