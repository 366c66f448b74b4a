import * as fs from 'node:fs';
import test from 'ava';
import { openStateStore, replaceFile } from '../src/index.js';
import { makeFakeLocks } from './fake-locks.js';
import { catchError, makeDirectory, makeStore, validateThing } from './store-fixture.js';

test('a container from reservation to removal', (t) => {
  const store = makeStore(t);
  const directory = makeDirectory(t);
  const reservation = store.reserve({ name: 'web' });
  t.regex(reservation.id, /^[0-9a-f]{64}$/);
  t.deepEqual(store.list(), { records: [], problems: [] });
  reservation.commit({ text: 'one' });
  const { id } = reservation;
  t.deepEqual(store.read(id), { id, name: 'web', record: { text: 'one' } });
  t.deepEqual(store.list(), { records: [{ id, name: 'web', record: { text: 'one' } }], problems: [] });
  t.deepEqual(store.listIds(), [id]);
  t.deepEqual(
    store.update(id, ({ text }) => ({ text: `${text}, two` })),
    { text: 'one, two' },
  );
  store.write(id, { text: 'three' });
  t.is(store.read(id).record.text, 'three');
  fs.mkdirSync(`${store.directoryOf(id)}/upper/deep`, { recursive: true });
  fs.symlinkSync('/', `${store.directoryOf(id)}/upper/link`);
  store.remove(id);
  t.deepEqual(store.list(), { records: [], problems: [] });
  t.notThrows(() => store.remove(id));
  t.notThrows(() => store.reserve({ name: 'web' }));
  t.false(fs.existsSync(directory));
});

test('nothing is left of a removed one', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  const reservation = store.reserve({ id: 'a', name: 'web' });
  reservation.commit({ text: '' });
  store.remove('a');
  const left = fs.readdirSync(directory, { recursive: true }).sort();
  t.deepEqual(left, ['containers', 'journal', 'names', 'names.lock', 'trash']);
});

test('directories are 0700 and files 0600, whatever the umask', (t) => {
  const old = process.umask(0);
  t.teardown(() => process.umask(old));
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: '' });
  store.rename('a', 'other');
  for (const entry of fs.readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const { mode } = fs.statSync(`${entry.parentPath}/${entry.name}`);
    t.is(mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, entry.name);
  }
  t.is(fs.statSync(directory).mode & 0o777, 0o700);
});

test('a reservation that is taken back leaves nothing', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  const reservation = store.reserve({ id: 'a', name: 'web' });
  fs.writeFileSync(`${reservation.directory}/log`, 'x');
  reservation.cancel();
  t.deepEqual(fs.readdirSync(directory, { recursive: true }).sort(), [
    'containers',
    'journal',
    'names',
    'names.lock',
    'trash',
  ]);
  const complete = store.reserve({ id: 'a', name: 'web' });
  complete.commit({ text: 'stays' });
  complete.cancel();
  t.is(store.read('a').record.text, 'stays');
});

test('the same id or name twice', (t) => {
  const store = makeStore(t);
  store.reserve({ id: 'one', name: 'web' }).commit({ text: '' });
  const byName = catchError(t, () => store.reserve({ id: 'two', name: 'web' }));
  t.is(byName.code, 'state-conflict');
  t.is(byName.message, 'failed to reserve name "web": it is in use by container "one"');
  t.is(byName.context.hint, 'remove or rename that container, or choose another name');
  const byId = catchError(t, () => store.reserve({ id: 'one' }));
  t.is(byId.code, 'state-conflict');
  t.is(byId.message, 'failed to reserve id "one": it is in use');
  t.deepEqual(
    store.list().records.map(({ id }) => id),
    ['one'],
  );
  t.is(store.read('one').name, 'web');
  const pending = store.reserve({ id: 'three', name: 'api' });
  t.is(
    catchError(t, () => store.reserve({ name: 'api' })).message,
    'failed to reserve name "api": it is in use by container "three"',
  );
  t.is(
    catchError(t, () => store.reserve({ id: 'three' })).message,
    'failed to reserve id "three": it is in use',
  );
  pending.cancel();
  t.notThrows(() => store.reserve({ id: 'three', name: 'api' }));
});

for (const name of ['', '-a', '.a', 'a b', 'a/b', '..', 'ä', 'a\n', 'a\0']) {
  test(`name ${JSON.stringify(name)}`, (t) => {
    const error = catchError(t, () => makeStore(t).reserve({ name }));
    t.is(error.code, 'state-name');
    t.is(
      error.message,
      `failed to use container name ${JSON.stringify(name)}: only [a-zA-Z0-9][a-zA-Z0-9_.-]* is allowed`,
    );
  });
}

for (const id of ['', '.', '..', '../a', 'a/b', '-a', 'a b', 'a\n']) {
  test(`id ${JSON.stringify(id)}`, (t) => {
    const store = makeStore(t);
    const error = catchError(t, () => store.reserve({ id }));
    t.is(error.code, 'state-id');
    const reason = 'only [a-zA-Z0-9_][a-zA-Z0-9_.+-]* is allowed';
    t.is(error.message, `failed to use container id ${JSON.stringify(id)}: ${reason}`);
    t.throws(() => store.remove(id), { message: error.message });
    t.throws(() => store.read(id), { message: error.message });
    t.throws(() => store.resolve(id), {
      message: `failed to find container ${JSON.stringify(id)}: no such container`,
    });
  });
}

test('names and ids that are too long', (t) => {
  const store = makeStore(t);
  const long = 'x'.repeat(256);
  t.is(
    catchError(t, () => store.reserve({ name: long })).message,
    `failed to use container name "${long}": it has more than 255 characters`,
  );
  t.is(
    catchError(t, () => store.reserve({ id: long })).message,
    `failed to use container id "${long}": it has more than 255 characters`,
  );
  const longest = 'x'.repeat(255);
  store.reserve({ id: longest, name: longest }).commit({ text: '' });
  store.remove(longest);
  t.deepEqual(store.list().records, []);
});

test('found by id, name and the beginning of an id, in this order', (t) => {
  const store = makeStore(t);
  for (const [id, name] of [
    ['abc1', 'one'],
    ['abc2', 'abc1'],
    ['abd', 'ab'],
  ] as const) {
    store.reserve({ id, name }).commit({ text: '' });
  }
  t.is(store.resolve('abc1'), 'abc1');
  t.is(store.resolve('one'), 'abc1');
  t.is(store.resolve('abc2'), 'abc2');
  t.is(store.resolve('ab'), 'abd');
  t.is(store.resolve('abd'), 'abd');
  const several = catchError(t, () => store.resolve('abc'));
  t.is(several.code, 'state-ambiguous');
  t.is(several.message, 'failed to find container "abc": 2 ids begin like that');
  const none = catchError(t, () => store.resolve('x'));
  t.is(none.code, 'state-missing');
  t.is(none.message, 'failed to find container "x": no such container');
  t.is(catchError(t, () => store.read('x')).message, 'failed to read container "x": no such container');
});

test('renaming frees the old name and takes the new', (t) => {
  const store = makeStore(t);
  store.reserve({ id: 'a', name: 'one' }).commit({ text: 'x' });
  store.reserve({ id: 'b', name: 'two' }).commit({ text: 'x' });
  t.is(
    catchError(t, () => store.rename('a', 'two')).message,
    'failed to reserve name "two": it is in use by container "b"',
  );
  t.is(store.read('a').name, 'one');
  store.rename('a', 'three');
  t.is(store.read('a').name, 'three');
  t.is(store.resolve('three'), 'a');
  t.throws(() => store.resolve('one'), { code: 'state-missing' });
  store.rename('b', 'one');
  store.rename('b', 'one');
  t.is(store.resolve('one'), 'b');
  t.throws(() => store.rename('b', 'a b'), { code: 'state-name' });
});

test('a name that outlived its container is free, and so is the new one of a half-done renaming', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  fs.symlinkSync('../containers/gone', `${directory}/names/web`);
  t.throws(() => store.resolve('web'), { code: 'state-missing' });
  store.reserve({ id: 'a', name: 'web' }).commit({ text: '' });
  t.is(store.resolve('web'), 'a');
  fs.symlinkSync('../containers/a', `${directory}/names/half`);
  store.reserve({ id: 'b', name: 'half' }).commit({ text: '' });
  t.is(store.resolve('half'), 'b');
  store.remove('a');
  t.is(store.resolve('half'), 'b');
});

test('a directory that others can write to, or that is none, is refused', (t) => {
  const directory = makeDirectory(t);
  const open = () => makeStore(t, directory);
  open();
  fs.chmodSync(directory, 0o770);
  const error = catchError(t, open);
  t.is(error.code, 'state-directory');
  t.is(error.message, `failed to open state store "${directory}": others than its owner can write to it`);
  fs.rmSync(directory, { recursive: true });
  fs.writeFileSync(directory, '');
  t.is(catchError(t, open).message, `failed to make state store "${directory}": EEXIST file already exists`);
});

test('a durable store works the same', (t) => {
  const directory = makeDirectory(t);
  const store = openStateStore({ directory, kernel: makeFakeLocks(), validate: validateThing });
  store.reserve({ id: 'a', name: 'web' }).commit({ text: 'x' });
  t.is(store.update('a', () => ({ text: 'y' })).text, 'y');
  t.is(store.read('a').record.text, 'y');
});

test('a file is replaced whole, with its mode, or not at all', (t) => {
  const directory = makeDirectory(t);
  fs.mkdirSync(directory);
  replaceFile(`${directory}/f`, 'one', { mode: 0o640, isDurable: false });
  replaceFile(`${directory}/f`, new Uint8Array([50]));
  t.is(fs.readFileSync(`${directory}/f`, 'utf8'), '2');
  fs.mkdirSync(`${directory}/d`);
  fs.mkdirSync(`${directory}/d/x`);
  t.is(
    catchError(t, () => replaceFile(`${directory}/d`, 'x')).message,
    `failed to write "${directory}/d": EISDIR illegal operation on a directory`,
  );
  t.deepEqual(fs.readdirSync(directory).sort(), ['d', 'f']);
  t.is(
    catchError(t, () => replaceFile(`${directory}/none/f`, 'x')).message,
    `failed to write "${directory}/none/f": ENOENT no such file or directory`,
  );
});

test('file calls that fail say what was to be done', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  fs.rmSync(`${directory}/containers`, { recursive: true });
  t.is(
    catchError(t, () => store.list()).message,
    'failed to list containers: ENOENT no such file or directory',
  );
  t.is(
    catchError(t, () => store.resolve('a')).message,
    'failed to find container "a": ENOENT no such file or directory',
  );
  const error = catchError(t, () => store.reserve({ id: 'a' }));
  t.is(error.code, 'state-io');
  t.is(error.message, 'failed to reserve container "a": ENOENT no such file or directory');
  t.is(error.context.errno, 2);
  t.deepEqual(fs.readdirSync(`${directory}/journal`), []);
  fs.rmSync(`${directory}/trash`, { recursive: true });
  t.is(
    catchError(t, () => store.sweep(() => 'leave')).message,
    'failed to sweep state store: ENOENT no such file or directory',
  );
});

test('a clean-up that fails stands beside the first error', (t) => {
  const directory = makeDirectory(t);
  const store = makeStore(t, directory);
  store.reserve({ id: 'a', name: 'web' }).commit({ text: '' });
  fs.rmSync(`${directory}/trash`, { recursive: true });
  fs.writeFileSync(`${directory}/trash`, '');
  const error = catchError(t, () => store.reserve({ id: 'b', name: 'web' }));
  t.is(error.message, 'failed to reserve name "web": it is in use by container "a"');
  t.deepEqual(
    error.context.cleanup?.map(({ message }) => message),
    ['failed to remove container "b": ENOTDIR not a directory'],
  );
});
