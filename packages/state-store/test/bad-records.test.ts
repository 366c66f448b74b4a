import * as fs from 'node:fs';
import test from 'ava';
import { catchError, makeStore } from './store-fixture.js';

const RECORD = '"record":{"text":"x"}';
for (const [title, text, reason] of [
  ['empty', '', 'it is empty'],
  ['cut short', '{"format":1,"id":"a"', 'it is not valid JSON, or cut short'],
  ['binary', '\0\0\0', 'it is not valid JSON, or cut short'],
  ['another kind of JSON', '[1]', 'it is not a record of mini'],
  ['null', 'null', 'it is not a record of mini'],
  ['of a later version', `{"format":2,"id":"a",${RECORD}}`, 'its format is 2, and this version reads 1'],
  ['of another container', `{"format":1,"id":"b",${RECORD}}`, 'it is the record of "b"'],
  ['with a wrong name', `{"format":1,"id":"a","name":3,${RECORD}}`, 'its name is not a string'],
  ['without a record', '{"format":1,"id":"a"}', 'it has no record'],
  ['refused by validation', '{"format":1,"id":"a","record":{"text":7}}', 'its text is not a string'],
] as const) {
  test(`a record that is ${title}`, (t) => {
    const store = makeStore(t);
    store.reserve({ id: 'a', name: 'web' }).commit({ text: 'x' });
    const path = `${store.directoryOf('a')}/record.json`;
    fs.writeFileSync(path, text);
    const error = catchError(t, () => store.read('a'));
    t.is(error.code, 'state-corrupt');
    t.is(error.message, `failed to read record "${path}": ${reason}`);
    t.deepEqual(
      store.list().problems.map(({ id, error: { message } }) => [id, message]),
      [['a', error.message]],
    );
    t.is(store.resolve('web'), 'a');
    t.throws(() => store.reserve({ name: 'web' }), { code: 'state-conflict' });
    store.remove('a');
    t.notThrows(() => store.reserve({ id: 'a', name: 'web' }));
  });
}

test('a record that is no file, or missing', (t) => {
  const store = makeStore(t);
  store.reserve({ id: 'a' }).commit({ text: 'x' });
  const path = `${store.directoryOf('a')}/record.json`;
  fs.rmSync(path);
  t.is(catchError(t, () => store.read('a')).message, `failed to read record "${path}": it is missing`);
  fs.mkdirSync(path);
  t.is(
    catchError(t, () => store.read('a')).message,
    `failed to read record "${path}": it is not a regular file`,
  );
  fs.rmdirSync(path);
  fs.symlinkSync('/etc/passwd', path);
  t.is(
    catchError(t, () => store.read('a')).message,
    `failed to read record "${path}": ELOOP too many symbolic links encountered`,
  );
  fs.rmSync(path);
  fs.writeFileSync(path, '');
  fs.truncateSync(path, 16 * 1024 * 1024 + 1);
  t.is(
    catchError(t, () => store.read('a')).message,
    `failed to read record "${path}": it has 16777217 bytes, more than 16777216`,
  );
});

test('a container that is still being made', (t) => {
  const store = makeStore(t);
  store.reserve({ id: 'a' });
  const error = catchError(t, () => store.read('a'));
  t.is(error.code, 'state-missing');
  t.is(error.message, 'failed to read container "a": it is still being made');
  t.deepEqual(store.list(), { records: [], problems: [] });
});

test('removing one without a record gives its name free, and a file in the place of its directory goes too', (t) => {
  const store = makeStore(t);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: 'x' });
  const directory = store.directoryOf('a');
  fs.rmSync(`${directory}/record.json`);
  store.remove('a');
  t.deepEqual(fs.readdirSync(directory.replace('/containers/a', '/names')), []);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: 'x' });
  fs.rmSync(directory, { recursive: true });
  fs.writeFileSync(directory, '');
  t.regex(catchError(t, () => store.read('a')).message, /^failed to read record ".*": ENOTDIR /);
  store.remove('a');
  t.false(fs.existsSync(directory));
  t.notThrows(() => store.reserve({ id: 'a', name: 'web' }));
});
