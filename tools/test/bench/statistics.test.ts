import test from 'ava';
import { quantile, summarize } from '../../src/bench/statistics.js';

test('a quantile lies between its neighbours', (t) => {
  t.is(quantile([4, 1, 3, 2], 0.5), 2.5);
  t.is(quantile([10, 20, 30], 0.25), 15);
  t.is(quantile([7], 0.9), 7);
  t.true(Number.isNaN(quantile([], 0.5)));
});

test('one long sample does not move the median', (t) => {
  t.deepEqual(summarize([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1000]), { median: 1, low: 1, high: 1, count: 11 });
});
