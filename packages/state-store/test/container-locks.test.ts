import * as fs from 'node:fs';
import test from 'ava';
import { openStateStore } from '../src/index.js';
import { makeFakeLocks } from './fake-locks.js';
import { catchError, makeDirectory, makeStore, validateThing } from './store-fixture.js';

test('locks', (t) => {
  const store = makeStore(t);
  const reservation = store.reserve({ id: 'a' });
  const held = catchError(t, () => store.lock('a', { timeoutMs: 0 }));
  t.is(held.code, 'state-locked');
  t.is(held.message, 'failed to lock container "a": another process holds it');
  t.is(
    catchError(t, () => store.lock('a', { timeoutMs: 12 })).message,
    'failed to lock container "a": another process held it for 12 ms',
  );
  reservation.commit({ text: '' });
  const [first, second] = [store.lock('a', { mode: 'shared' }), store.lock('a', { mode: 'shared' })];
  t.throws(() => store.update('a', (record) => record, { timeoutMs: 0 }), { code: 'state-locked' });
  first.release();
  first.release();
  second.release();
  store.lock('a').release();
  t.is(catchError(t, () => store.lock('b')).message, 'failed to lock container "b": no such container');
});

test('a lock on a container that is removed meanwhile is none', (t) => {
  const directory = makeDirectory(t);
  const kernel = makeFakeLocks();
  let onLock = () => {};
  const store = openStateStore({
    directory,
    validate: validateThing,
    isDurable: false,
    kernel: {
      lock: (fd, mode) => {
        const isLocked = kernel.lock(fd, mode);
        onLock();
        return isLocked;
      },
    },
  });
  store.reserve({ id: 'a' }).commit({ text: '' });
  onLock = () => fs.rmSync(`${directory}/containers/a`, { recursive: true, force: true });
  t.throws(() => store.lock('a'), { code: 'state-missing' });
});
