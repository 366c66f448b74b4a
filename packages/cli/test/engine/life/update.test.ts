import test from 'ava';
import { mergeResources } from '../../../src/engine/life/update.js';

test('what is not changed stays', (t) => {
  const before = {
    devices: [{ allow: false }],
    memory: { limit: 10, swap: 20 },
    cpu: { shares: 5, cpus: '0' },
    pids: { limit: 3 },
  };
  t.deepEqual(mergeResources(before, { memory: { limit: 15 }, pids: { limit: -1 } }), {
    devices: [{ allow: false }],
    memory: { limit: 15, swap: 20 },
    cpu: { shares: 5, cpus: '0' },
    pids: { limit: -1 },
  });
  t.deepEqual(mergeResources(before, {}), before);
});
