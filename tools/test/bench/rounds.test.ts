import test from 'ava';
import { measureRounds } from '../../src/bench/rounds.js';
import type { Side } from '../../src/bench/side.js';

test('sides take turns, another one begins each round, and warm-ups do not count', async (t) => {
  const order: string[] = [];
  const sideOf = (name: string): Side => ({
    name,
    run: async () => order.push(name),
  });
  const samples = await measureRounds([sideOf('a'), sideOf('b')], { rounds: 2, batch: 2, warmUps: 1 });
  t.is(order.join(''), 'aabbbbaaaabb');
  t.deepEqual(
    [...samples],
    [
      ['a', [7, 8, 9, 10]],
      ['b', [5, 6, 11, 12]],
    ],
  );
});

test('a side that fails ends the measurement', async (t) => {
  const side: Side = { name: 'a', run: () => Promise.reject(new Error('it ended with exit code 1')) };
  await t.throwsAsync(measureRounds([side], { rounds: 1, batch: 1, warmUps: 0 }), {
    message: 'it ended with exit code 1',
  });
});
