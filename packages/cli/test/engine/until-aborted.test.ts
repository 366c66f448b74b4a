import { getEventListeners } from 'node:events';
import test from 'ava';
import { untilAborted } from '../../src/engine/until-aborted.js';

const reason = new Error('enough');

test('the promise is what it is as long as nobody aborts, and no listener stays', async (t) => {
  const { signal } = new AbortController();
  t.is(await untilAborted(Promise.resolve(3), signal), 3);
  t.is(await untilAborted(Promise.resolve(3), undefined), 3);
  await t.throwsAsync(untilAborted(Promise.reject(new Error('own')), signal), { message: 'own' });
  t.deepEqual(getEventListeners(signal, 'abort'), []);
});

test('an abort comes first, also one that was before', async (t) => {
  const controller = new AbortController();
  const waiting = untilAborted(new Promise(() => {}), controller.signal);
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  t.is(await t.throwsAsync(untilAborted(Promise.resolve(3), controller.signal)), reason);
  t.deepEqual(getEventListeners(controller.signal, 'abort'), []);
});
