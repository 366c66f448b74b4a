import * as fs from 'node:fs';
import test from 'ava';
import { openStateStore } from '../src/index.js';
import { makeFakeLocks } from './fake-locks.js';
import { catchError, makeDirectory, type Thing, validateThing } from './store-fixture.js';

test('a summary is read without the record, and is that of the record', (t) => {
  const directory = makeDirectory(t);
  const summarize = ({ text }: Thing) => ({ length: text.length });
  const options = { directory, kernel: makeFakeLocks(), validate: validateThing, isDurable: false };
  const store = openStateStore({ ...options, summarize });
  const validate = (value: unknown) => {
    if (typeof (value as { length?: unknown }).length !== 'number')
      throw new Error('its length is no number');
    return value as { length: number };
  };
  const text = 'ü{"\n'.repeat(10_000);
  store.reserve({ id: 'a', name: 'web' }).commit({ text });
  t.deepEqual(store.readSummary('a', validate), { id: 'a', name: 'web', summary: { length: 40_000 } });
  t.is(store.read('a').record.text, text);
  store.update('a', () => ({ text: 'x' }));
  store.rename('a', 'other');
  t.deepEqual(store.readSummary('a', validate), { id: 'a', name: 'other', summary: { length: 1 } });
  // It is one JSON document all the same, and a store that knows no summaries reads it.
  const path = `${store.directoryOf('a')}/record.json`;
  t.like(JSON.parse(fs.readFileSync(path, 'utf8')), { format: 1, id: 'a', record: { text: 'x' } });
  t.deepEqual(openStateStore(options).read('a').record, { text: 'x' });

  const cut = (content: string) => {
    fs.writeFileSync(path, content);
    return catchError(t, () => store.readSummary('a', validate)).message;
  };
  const content = fs.readFileSync(path, 'utf8');
  const failed = `failed to read record "${path}": `;
  t.is(cut(content.slice(0, -1)), `${failed}it is not valid JSON, or cut short`);
  t.is(cut(`${content} `), `${failed}it is not valid JSON, or cut short`);
  t.is(
    cut(content.replace('"format":1', '"format":9')),
    `${failed}its format is 9, and this version reads 1`,
  );
  t.is(cut(content.replace('"id":"a"', '"id":"b"')), `${failed}it is the record of "b"`);
  t.is(cut(content.replace('"length":1', '"lengthy":1')), `${failed}its length is no number`);
});

test('without a summary, or with one that is too long, there is none', (t) => {
  const directory = makeDirectory(t);
  const options = { directory, kernel: makeFakeLocks(), validate: validateThing, isDurable: false };
  const plain = openStateStore(options);
  plain.reserve({ id: 'a' }).commit({ text: 'x' });
  t.is(
    plain.readSummary('a', (value) => value),
    undefined,
  );
  t.is(
    plain.readSummary('b', (value) => value),
    undefined,
  );
  const store = openStateStore({ ...options, summarize: ({ text }: Thing) => text });
  store.reserve({ id: 'c' }).commit({ text: 'x'.repeat(5000) });
  t.is(
    store.readSummary('c', (value) => value),
    undefined,
  );
  t.is(store.read('c').record.text.length, 5000);
});
