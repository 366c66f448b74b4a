import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { BlobGivenUp, BlobGrowth } from '../../src/store/blob-growth.js';

function makeDraft(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'mini-growth-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  return join(directory, 'draft');
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

test('what is written is read while the rest is on its way, and ends with the blob', async (t) => {
  const draft = makeDraft(t);
  const growth = new BlobGrowth();
  writeFileSync(draft, 'one');
  growth.grow(3);
  const bytes = growth.read(draft);
  t.is(Buffer.from((await bytes.next()).value!).toString(), 'one');
  const rest = collect(bytes);
  appendFileSync(draft, 'two');
  growth.grow(6);
  growth.complete();
  t.is(await rest, 'two');
});

test('a blob that is given up ends in an error, not in fewer bytes', async (t) => {
  const draft = makeDraft(t);
  const growth = new BlobGrowth();
  writeFileSync(draft, 'one');
  growth.grow(3);
  const bytes = growth.read(draft);
  await bytes.next();
  const rest = collect(bytes);
  growth.giveUp();
  await t.throwsAsync(rest, { instanceOf: BlobGivenUp });
});
