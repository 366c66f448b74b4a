import test from 'ava';
import { ALL_SCENARIOS } from '../support/parity/all-scenarios.js';
import { DIFFERENCES } from '../support/parity/differences.js';
import { describeLine } from '../support/parity/line.js';
import { NOT_COMPARABLE } from '../support/parity/not-comparable.js';
import { findOptions, listProductCommands } from '../support/parity/product-flags.js';

const lines = ALL_SCENARIOS.flatMap((scenario) => scenario.lines.map(describeLine));

test('there are as many lines as were promised', (t) => {
  t.true(lines.length >= 120, `${lines.length} lines`);
});

test('each flag of each command occurs in a line, or stands in the table of those that cannot be compared', async (t) => {
  const commands = await listProductCommands();
  const seen = new Set(lines.flatMap(({ line }) => findOptions(line, commands)));
  const excused = new Set<object>();
  const stale: string[] = [];
  for (const [key, reason] of Object.entries(NOT_COMPARABLE)) {
    const [, command, flag] = /^(.*) --(.*)$/.exec(key)!;
    const option = commands.find(({ name }) => name === command)?.options.find(({ name }) => name === flag);
    if (option === undefined || seen.has(option)) stale.push(`${key} (${reason})`);
    else excused.add(option);
  }
  const missing = commands.flatMap(({ name, options }) =>
    options
      .filter((option) => !seen.has(option) && !excused.has(option))
      .map((option) => `${name} --${option.name}`),
  );
  t.deepEqual({ missing, stale }, { missing: [], stale: [] });
});

test('each difference that is meant occurs in a line', (t) => {
  const used = new Set<string>(lines.flatMap(({ differs = [] }) => differs));
  t.deepEqual(
    Object.keys(DIFFERENCES).filter((id) => !used.has(id)),
    [],
  );
});
