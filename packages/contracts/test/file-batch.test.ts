import test from 'ava';
import { decodeFileRecords, FILE_RECORD_WORDS, FileBatch, type FileRecord } from '../src/index.js';

const file: FileRecord = {
  type: 'file',
  directoryFd: 7,
  name: Buffer.from('name'),
  mode: 0o4755,
  owner: { uid: 2 ** 32 - 2, gid: 5 },
  modifiedNs: -1n,
  content: Buffer.from('content'),
};
const link: FileRecord = { ...file, type: 'symlink', mode: 0, owner: undefined, modifiedNs: 2n ** 60n };

const shown = (record: FileRecord) => ({
  ...record,
  name: Buffer.from(record.name as Uint8Array).toString(),
  content: Buffer.from(record.content as Uint8Array).toString(),
});

test('files are words in the order of the struct, with name and content behind', (t) => {
  const batch = new FileBatch(1024);
  t.true(batch.add({ ...file, name: 'näme' }));
  const words = [...new BigInt64Array(batch.bytes.slice().buffer)].slice(0, FILE_RECORD_WORDS.length);
  t.deepEqual(words.map(Number), [80, 7, 0o104755, 2 ** 32 - 2, 5, -1, 5, 7]);
  t.is(Buffer.from(batch.bytes).toString('utf8', 64), 'näme\0content\0\0\0');
});

test('a batch gives what was added, until it is cleared', (t) => {
  const batch = new FileBatch(1024);
  t.true(batch.isEmpty);
  t.true(batch.add(file) && batch.add(link));
  t.deepEqual(decodeFileRecords(batch.bytes).map(shown), [shown(file), shown(link)]);
  batch.clear();
  t.true(batch.isEmpty);
  t.deepEqual(decodeFileRecords(batch.bytes), []);
});

test('what has no room is not begun', (t) => {
  const batch = new FileBatch(128);
  t.true(batch.add(file));
  const before = Buffer.from(batch.bytes);
  t.false(batch.add(file));
  t.deepEqual(Buffer.from(batch.bytes), before);
});
