import { readFileSync } from 'node:fs';
import test from 'ava';
import { CONFIG_KEYS, draftConfig } from '../../../src/commands/config/draft-config.js';
import { parseYaml } from '../../../src/commands/config/parse-yaml.js';
import type { Failure } from '../../../src/commands/problem.js';
import { fakeContext } from '../fake-context.js';

const page = readFileSync(new URL('../../../../../../docs/config-file.md', import.meta.url), 'utf8');

test('the page on configuration files has every key, and no other', (t) => {
  const documented = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key!);
  t.deepEqual(documented.toSorted(), [...CONFIG_KEYS.keys()].toSorted());
});

test('its examples are accepted', (t) => {
  const examples = [...page.matchAll(/```(?:yaml|json)\n(.*?)```/gs)].map(([, text]) => text!);
  t.is(examples.length, 2);
  for (const text of examples) {
    const failures: Failure[] = [];
    draftConfig(parseYaml(text), fakeContext(), failures);
    t.deepEqual(failures, []);
  }
});
