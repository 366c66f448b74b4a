import * as fs from 'node:fs';
import test from 'ava';
import { openStateStore, type ReadKernel } from '../src/index.js';
import { fakeFiles } from './fake-files.js';
import { makeFakeLocks } from './fake-locks.js';
import { makeDirectory, type Thing, validateThing } from './store-fixture.js';

const validate = (value: unknown) => {
  if (typeof (value as { length?: unknown }).length !== 'number') throw new Error('its length is no number');
  return value as { length: number };
};

test('summaries are read without the records, and are those of the records', (t) => {
  const directory = makeDirectory(t);
  const summarize = ({ text }: Thing) => ({ length: text.length });
  const options = { directory, kernel: makeFakeLocks(), validate: validateThing, isDurable: false };
  const store = openStateStore({ ...options, summarize });
  const text = 'ü{"\n'.repeat(10_000);
  store.reserve({ id: 'a', name: 'web' }).commit({ text });
  store.reserve({ id: 'b' }).commit({ text: 'y' });
  const read = (...ids: string[]) => store.readSummaries(fakeFiles, ids, validate);
  t.deepEqual(read('b', 'missing', 'a'), [
    { id: 'b', name: undefined, summary: { length: 1 } },
    undefined,
    { id: 'a', name: 'web', summary: { length: 40_000 } },
  ]);
  t.deepEqual(read(), []);
  t.is(store.read('a').record.text, text);
  store.update('a', () => ({ text: 'x' }));
  store.rename('a', 'other');
  t.deepEqual(read('a'), [{ id: 'a', name: 'other', summary: { length: 1 } }]);
  // It is one JSON document all the same, and a store that knows no summaries reads it.
  const path = `${store.directoryOf('a')}/record.json`;
  t.like(JSON.parse(fs.readFileSync(path, 'utf8')), { format: 1, id: 'a', record: { text: 'x' } });
  t.deepEqual(openStateStore(options).read('a').record, { text: 'x' });

  const content = fs.readFileSync(path, 'utf8');
  for (const wrong of [
    content.slice(0, -1),
    `${content} `,
    content.replace('"format":1', '"format":9'),
    content.replace('"id":"a"', '"id":"b"'),
    content.replace('"length":1', '"lengthy":1'),
    content.replace('{', '['),
    '\n',
    '',
  ]) {
    fs.writeFileSync(path, wrong);
    t.deepEqual(read('b', 'a')[1], undefined, wrong);
  }
  fs.rmSync(path);
  fs.symlinkSync(`${store.directoryOf('b')}/record.json`, path);
  t.deepEqual(read('a'), [undefined]);
});

test('a longer summary is read by a second call, for those alone that have one', (t) => {
  const store = openStateStore({
    directory: makeDirectory(t),
    kernel: makeFakeLocks(),
    validate: validateThing,
    summarize: ({ text }: Thing) => text,
    isDurable: false,
  });
  const texts = ['x', 'y'.repeat(3000), 'z'.repeat(300), 'w'.repeat(3000)];
  for (const [index, text] of texts.entries()) store.reserve({ id: `c${index}` }).commit({ text });
  const asked: string[][] = [];
  const kernel: ReadKernel = {
    readFiles(directory, paths, mostBytes) {
      asked.push([...paths]);
      return fakeFiles.readFiles(directory, paths, mostBytes);
    },
  };
  const summaries = store.readSummaries(kernel, ['c0', 'c1', 'c2', 'c3'], String);
  t.deepEqual(
    summaries.map((each) => each?.summary),
    texts,
  );
  t.deepEqual(asked.slice(1), [['c1/record.json', 'c3/record.json']]);
});

test('without a summary, or with one that is too long, there is none', (t) => {
  const directory = makeDirectory(t);
  const options = { directory, kernel: makeFakeLocks(), validate: validateThing, isDurable: false };
  const plain = openStateStore(options);
  plain.reserve({ id: 'a' }).commit({ text: 'x' });
  const store = openStateStore({ ...options, summarize: ({ text }: Thing) => text });
  store.reserve({ id: 'c' }).commit({ text: 'x'.repeat(9000) });
  t.deepEqual(
    store.readSummaries(fakeFiles, ['a', 'c'], (value) => value),
    [undefined, undefined],
  );
  t.is(store.read('c').record.text.length, 9000);
});

test('the beginning of a file of each container', (t) => {
  const store = openStateStore({
    directory: makeDirectory(t),
    kernel: makeFakeLocks(),
    validate: validateThing,
    isDurable: false,
  });
  for (const id of ['a', 'b', 'c']) store.reserve({ id }).commit({ text: id });
  fs.writeFileSync(`${store.directoryOf('a')}/note`, 'long');
  fs.mkdirSync(`${store.directoryOf('b')}/note`);
  fs.writeFileSync(`${store.directoryOf('c')}/note`, '');
  const [a, b, c] = store.readEach(fakeFiles, ['a', 'b', 'c'], { file: 'note', mostBytes: 3 });
  t.deepEqual([Buffer.from(a!.bytes).toString(), a!.size], ['lon', 4]);
  t.is(b, undefined);
  t.deepEqual([c!.bytes.length, c!.size], [0, 0]);
});
