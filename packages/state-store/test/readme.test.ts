import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { makeDirectory } from './store-fixture.js';

const PACKAGE = new URL('../../', import.meta.url);
const EXAMPLE = 'test/readme-example';

test('the README shows the example that is compiled and run here', (t) => {
  const [, shown] = /```ts\n(.*?)```/s.exec(readFileSync(new URL('README.md', PACKAGE), 'utf8')) ?? [];
  t.is(shown, readFileSync(new URL(`${EXAMPLE}.ts`, PACKAGE), 'utf8'));
});

test('the example does what it says', (t) => {
  const source = readFileSync(new URL(`${EXAMPLE}.ts`, PACKAGE), 'utf8');
  const promised = [...source.matchAll(/^\/\/ ▶ (.*)$/gm)].map(([, line]) => line);
  t.is(promised.length, 2);
  const file = fileURLToPath(new URL(`dist/${EXAMPLE}.js`, PACKAGE));
  const env = { ...process.env, FORCE_COLOR: '0', TMPDIR: dirname(makeDirectory(t)) };
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8', env });
  t.is(output, `${promised.join('\n')}\n`);
});
