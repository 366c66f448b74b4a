import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isRuntimeError } from '@mini/contracts';
import { ImageProblem, type ImageStore, openImageStore } from '@mini/image-store';
import { nativeKernel } from '@mini/runtime-core';
import test, { type ExecutionContext } from 'ava';
import { digestOf, file, layerOf } from '../support/image-archive.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { LAYER_ATTACKS, type Outcome } from './support/layer-attacks.js';

/** A layer store beside files that nobody may change. */
function makePlace() {
  const base = freshDirectory('layers');
  const decoy = join(base, 'decoy');
  mkdirSync(join(decoy, 'sub'), { recursive: true });
  writeFileSync(join(decoy, 'secret'), 'untouched');
  writeFileSync(join(decoy, 'sub/deep'), 'untouched');
  chmodSync(join(decoy, 'secret'), 0o600);
  return { base, decoy, store: openImageStore(nativeKernel(), join(base, 'images')) };
}

/** All that an attack could change of it. */
function describeTree(path: string): string[] {
  const { mode, uid, gid, nlink, size, mtimeMs, ctimeMs, ino } = lstatSync(path);
  const own = `${path} ${mode} ${uid}:${gid} ${nlink} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  if (!lstatSync(path).isDirectory()) return [`${own} ${readFileSync(path, 'utf8')}`];
  return [own, ...readdirSync(path).flatMap((name) => describeTree(join(path, name)))];
}

/** Unpacks a layer; `undefined` when it was kept, else what it was refused for. */
async function unpack(
  store: ImageStore,
  bytes: Uint8Array,
  diffId = digestOf(bytes),
  limits = {},
): Promise<string | undefined> {
  async function* source() {
    yield bytes;
  }
  try {
    await store.layers.add(diffId, source, { limits });
    return undefined;
  } catch (error) {
    if (isRuntimeError(error) || error instanceof ImageProblem) return error.message;
    throw error;
  }
}

function assertOutcome(
  t: ExecutionContext,
  store: ImageStore,
  outcome: Outcome,
  refusal: string | undefined,
): void {
  if (outcome === 'kept') t.is(refusal, undefined);
  else t.regex(refusal ?? 'it was kept', outcome);
  // Nothing is kept of what was refused.
  t.is(readdirSync(store.directories.layers).length, outcome === 'kept' ? 1 : 0);
}

const whyNot = process.getuid?.() === 0 ? undefined : 'only root makes devices and gives files away';

for (const { title, members, outcome } of LAYER_ATTACKS) {
  testUnless(whyNot, 'image-layers.root', title, async (t) => {
    const { decoy, store } = makePlace();
    const before = describeTree(decoy);
    const refusal = await unpack(store, await layerOf(...members(decoy)));
    assertOutcome(t, store, outcome, refusal);
    t.deepEqual(describeTree(decoy), before);
  });
}

test('bombs are stopped by their bytes, their ratio, their files and what a sparse one claims', async (t) => {
  const { store } = makePlace();
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name, '\0'.repeat(800_000)));
  const zeros = await layerOf(...many);
  const packed = gzipSync(zeros);
  const rows: [bytes: Uint8Array, limits: object, refusal: RegExp][] = [
    [packed, { bytes: 1_000_000 }, /it has more than 1000000 bytes$/],
    [packed, { bytes: 500_000 }, /it has (a file of 800000|more than 500000) bytes$/],
    [packed, { freeBytes: 1_000_000 }, /it is more than 250 times larger than compressed$/],
    [await layerOf(file('a', ''), file('b', ''), file('c', '')), { files: 2 }, /it has more than 2 files$/],
  ];
  for (const [bytes, limits, refusal] of rows) {
    const diffId = digestOf(bytes === packed ? zeros : bytes);
    assertOutcome(t, store, refusal, await unpack(store, bytes, diffId, limits));
  }
});

test('what is no layer, is cut, or is another one', async (t) => {
  const { store } = makePlace();
  const whole = await layerOf(file('f', 'x'.repeat(5000)));
  const packed = gzipSync(whole);
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 20, 40);
  const wrongId = `sha256:${'0'.repeat(64)}`;
  const rows: [bytes: Uint8Array, diffId: string, refusal: RegExp][] = [
    [whole, wrongId, /is another one: its diff id is "sha256:[0-9a-f]{64}"$/],
    [whole.subarray(0, 3000), digestOf(whole), /ends at byte 3000, too early$/],
    [
      packed.subarray(0, packed.length - 9),
      digestOf(whole),
      /failed to read the gzip stream: unexpected end of file$/,
    ],
    [damaged, digestOf(whole), /failed to read the (gzip|tar) stream: /],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), digestOf(whole), /failed to read the zstd stream: /],
    [Buffer.from('no archive at all'.repeat(100)), digestOf(whole), /failed to read the tar stream: /],
    [new Uint8Array(), digestOf(whole), /failed to read the tar stream: it ends at byte 0, too early$/],
  ];
  for (const [bytes, diffId, refusal] of rows) {
    assertOutcome(t, store, refusal, await unpack(store, bytes, diffId));
  }
});
