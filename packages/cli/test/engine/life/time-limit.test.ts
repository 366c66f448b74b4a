import { getEventListeners, once } from 'node:events';
import test from 'ava';
import { openTimeLimit } from '../../../src/engine/life/time-limit.js';

test("it is aborted with the reason of the caller's signal, also of one that was aborted before", (t) => {
  const controller = new AbortController();
  const limit = openTimeLimit({ signal: controller.signal, timeoutMs: 60_000 }, 'failed');
  t.false(limit.signal.aborted);
  const reason = new Error('enough');
  controller.abort(reason);
  t.is(limit.signal.reason, reason);
  limit.close();
  const late = openTimeLimit({ signal: controller.signal }, 'failed');
  t.is(late.signal.reason, reason);
  late.close();
  t.deepEqual(getEventListeners(controller.signal, 'abort'), []);
});

test('it is aborted when the time is over, and not once it is closed', async (t) => {
  const limit = openTimeLimit({ timeoutMs: 1 }, 'failed to wait');
  await once(limit.signal, 'abort');
  t.is(limit.signal.reason.code, 'timeout');
  t.is(limit.signal.reason.message, 'failed to wait: it took longer than 1 ms');
  const { signal } = new AbortController();
  const closed = openTimeLimit({ signal, timeoutMs: 1 }, 'failed');
  closed.close();
  t.deepEqual(getEventListeners(signal, 'abort'), []);
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.false(closed.signal.aborted);
});
