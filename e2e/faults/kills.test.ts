import test from 'ava';
import { whyNoCompiler } from '../support/compile-program.js';
import { testUnless } from '../support/skip.js';
import { Killer, spread } from './kills/kill-at.js';
import { SCENARIOS } from './kills/scenarios.js';

/** Of each command and helper; `nx run e2e:kills` goes through all. */
const SAMPLE = 7;

const reason = process.geteuid?.() === 0 ? whyNoCompiler() : 'only root may trace what it starts here';

for (const scenario of SCENARIOS) {
  for (const target of scenario.targets) {
    testUnless(reason, 'kills', `${scenario.name}, killed in ${target}, leaves nothing`, async (t) => {
      const killer = new Killer();
      const total = await killer.count(scenario, target);
      t.true(total > 10, `only ${total} system calls were seen`);
      const positions = spread(total, SAMPLE);
      for (const position of positions) t.is(await killer.kill(scenario, target, position), undefined);
      t.log(`killed at ${positions.length} of ${total} system calls`);
    });
  }
}

test('a sample is spread over all positions', (t) => {
  t.deepEqual(spread(100, 4), [1, 34, 67, 100]);
  t.deepEqual(spread(3, 7), [1, 2, 3]);
  t.deepEqual(spread(3, 3), [1, 2, 3]);
});
