import { readFileSync } from 'node:fs';
import test from 'ava';
import { generatePlanHeader, MONITOR_STEP_TABLE, STEP_TABLE } from '../src/index.js';

test('the committed header is what the tables make', (t) => {
  t.is(readFileSync(new URL('../../include/plan.h', import.meta.url), 'utf8'), generatePlanHeader());
});

test('every operation has a number of its own', (t) => {
  const numbers = [...Object.values(STEP_TABLE), ...Object.values(MONITOR_STEP_TABLE)].map(({ op }) => op);
  t.is(new Set(numbers).size, numbers.length);
  // What the helper refuses it tells by the number alone.
  const first = Math.min(...Object.values(MONITOR_STEP_TABLE).map(({ op }) => op));
  t.true(Object.values(STEP_TABLE).every(({ op }) => op < first));
});
