import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from '@mini/contracts';
import test, { type ExecutionContext } from 'ava';
import { openImageStore } from '../../src/index.js';
import { makeFakeLocks } from './fake-locks.js';

const BYTES = Buffer.from('what a layer is made of');
const DIGEST = digestOf(BYTES);

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function makeStore(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'mini-store-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const store = openImageStore(makeFakeLocks() as Kernel, directory);
  return { directory, blobs: store.blobs, store };
}

function listDrafts(directory: string): string[] {
  return readdirSync(join(directory, 'ingest'));
}

test('a store is an OCI image layout', (t) => {
  const { directory } = makeStore(t);
  t.deepEqual(JSON.parse(readFileSync(join(directory, 'oci-layout'), 'utf8')), {
    imageLayoutVersion: '1.0.0',
  });
  t.deepEqual(JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')), {
    schemaVersion: 2,
    manifests: [],
  });
});

test('a blob has its name when it is whole', async (t) => {
  const { directory, blobs } = makeStore(t);
  const writer = (await blobs.beginBlob({ digest: DIGEST, size: BYTES.length }))!;
  writer.write(BYTES.subarray(0, 5));
  t.false(blobs.has(DIGEST));
  writer.write(BYTES.subarray(5));
  t.deepEqual(writer.commit(), { digest: DIGEST, size: BYTES.length });
  t.deepEqual(readFileSync(join(directory, 'blobs/sha256', DIGEST.slice(7))), BYTES);
  t.is(await blobs.beginBlob({ digest: DIGEST }), undefined);
  const read: Uint8Array[] = [];
  for await (const bytes of blobs.read(DIGEST)) read.push(bytes);
  t.deepEqual(Buffer.concat(read), BYTES);
  t.deepEqual(listDrafts(directory), []);
});

test('what was written before goes on where it ended', async (t) => {
  const { blobs } = makeStore(t);
  const first = (await blobs.beginBlob({ digest: DIGEST }))!;
  first.write(BYTES.subarray(0, 9));
  first.release();
  const second = (await blobs.beginBlob({ digest: DIGEST, size: BYTES.length }))!;
  t.is(second.offsetBytes, 9);
  second.write(BYTES.subarray(9));
  t.is(second.commit().digest, DIGEST);
});

test('a source that cannot continue begins again', async (t) => {
  const { blobs } = makeStore(t);
  const writer = (await blobs.beginBlob({ digest: DIGEST }))!;
  writer.write(Buffer.from('another beginning'));
  writer.restart();
  writer.write(BYTES);
  t.is(writer.commit().digest, DIGEST);
});

test('of a wrong digest or size nothing is kept', async (t) => {
  const { directory, blobs } = makeStore(t);
  const wrong = `sha256:${'0'.repeat(64)}`;
  const rows: [expected: { digest: string; size?: number }, message: string][] = [
    [{ digest: wrong }, `failed to store blob "${wrong}": its digest is "${DIGEST}"`],
    [{ digest: DIGEST, size: 3 }, `failed to store blob "${DIGEST}": it has more than its 3 bytes`],
    [{ digest: DIGEST, size: 30 }, `failed to store blob "${DIGEST}": it has 23 bytes instead of 30`],
  ];
  for (const [expected, message] of rows) {
    const writer = (await blobs.beginBlob(expected))!;
    const act = () => {
      writer.write(BYTES);
      writer.commit();
    };
    t.throws(act, { code: 'blob-mismatch', message });
    t.deepEqual(listDrafts(directory), []);
  }
  t.deepEqual(readdirSync(join(directory, 'blobs/sha256')), []);
});

test('a digest outside of its grammar never becomes a path', async (t) => {
  const { blobs } = makeStore(t);
  const rows: [digest: string, reason: string][] = [
    ['sha256:../../etc/passwd', 'it is no digest'],
    [`sha256:${'A'.repeat(64)}`, 'only sha256 with 64 lower-case digits is supported'],
    [`sha512:${'0'.repeat(128)}`, 'only sha256 with 64 lower-case digits is supported'],
    ['', 'it is no digest'],
    [`sha256:${'0'.repeat(64)}\n`, 'it is no digest'],
  ];
  for (const [digest, reason] of rows) {
    const shown = digest.replace('\n', '\\x0a');
    const message = `failed to use digest "${shown.length > 100 ? `${shown.slice(0, 100)}…` : shown}": ${reason}`;
    await t.throwsAsync(blobs.beginBlob({ digest }), { code: 'bad-digest', message });
  }
});

test('writers of one blob take turns, and the second finds it there', async (t) => {
  const { directory, blobs } = makeStore(t);
  const writer = (await blobs.beginBlob({ digest: DIGEST }))!;
  const other = blobs.beginBlob({ digest: DIGEST });
  writer.write(BYTES);
  writer.commit();
  t.is(await other, undefined);
  t.deepEqual(listDrafts(directory), []);
});

test('a waiting writer can be called off', async (t) => {
  const { blobs } = makeStore(t);
  const writer = (await blobs.beginBlob({ digest: DIGEST }))!;
  const controller = new AbortController();
  const other = blobs.beginBlob({ digest: DIGEST }, controller.signal);
  controller.abort(new Error('enough'));
  await t.throwsAsync(other, { message: 'enough' });
  writer.discard();
});

test('a draft with the name of an earlier process is not gone on from', (t) => {
  const { directory, blobs } = makeStore(t);
  for (let index = 0; index < 20; index++) {
    writeFileSync(join(directory, 'ingest', `new-${process.pid}-${index}`), 'left over');
  }
  t.deepEqual(blobs.putBytes(BYTES), { digest: DIGEST, size: BYTES.length });
});

test('a document is read whole, within a limit', (t) => {
  const { blobs } = makeStore(t);
  blobs.putBytes(BYTES);
  t.deepEqual(blobs.readDocument(DIGEST, 100), BYTES);
  t.throws(() => blobs.readDocument(DIGEST, 3), {
    code: 'blob-mismatch',
    message: `failed to read blob "${DIGEST}": it has more than 3 bytes, too many for a document`,
  });
  const missing = `sha256:${'0'.repeat(64)}`;
  t.throws(() => blobs.readDocument(missing, 3), {
    code: 'blob-missing',
    message: `failed to read blob "${missing}": the store does not hold it`,
  });
  t.false(existsSync(blobs.pathOf(missing)));
});
