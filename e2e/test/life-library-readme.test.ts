import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as library from '@mini/cli';
import test from 'ava';
import { execa } from 'execa';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const text = readFileSync(new URL('../../../packages/cli/README.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```ts\n((?:(?!```).)*)```\n\nprints\n\n```text\n(.*?)```/gs)];

test('the README has every function of the library', (t) => {
  const functions = Object.entries(library).filter(([, value]) => typeof value === 'function');
  t.true(functions.length > 30);
  const table = text.slice(text.search(/^\| Function/m));
  t.deepEqual(
    functions.map(([name]) => name).filter((name) => !table.includes(`\`${name}\``)),
    [],
  );
});

test('the longer example of the README prints what it says, and leaves nothing', async (t) => {
  t.is(examples.length, 1);
  const [[, code = '', output = ''] = []] = examples;
  const file = new URL('readme-example.mjs', import.meta.url);
  writeFileSync(file, code);
  t.teardown(() => rmSync(file));
  const before = takeSnapshot();
  const { stdout, stderr } = await execa(process.execPath, [fileURLToPath(file)], {
    env: { FORCE_COLOR: '0' },
  });
  t.is(stderr, '');
  t.is(`${stdout}\n`, output);
  t.deepEqual(await differenceSince(before), NOTHING);
});
