import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import test from 'ava';

const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```ts\n(.*?)```\n\nprints\n\n```text\n(.*?)```/gs)];

test.serial('the examples of the README print what it says', async (t) => {
  t.is(examples.length, 1);
  for (const [index, [, code = '', output = '']] of examples.entries()) {
    const file = new URL(`readme-example-${index}.mjs`, import.meta.url);
    writeFileSync(file, code);
    t.teardown(() => rmSync(file));
    const printed: string[] = [];
    const { log } = console;
    console.log = (...values: unknown[]) => printed.push(values.join(' '));
    try {
      await import(file.href);
    } finally {
      console.log = log;
    }
    t.is(`${printed.join('\n')}\n`, output);
  }
});
