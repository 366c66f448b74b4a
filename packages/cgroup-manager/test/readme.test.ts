import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { findObstacle } from './real-kernel-obstacle.js';

const PACKAGE = new URL('../../', import.meta.url);
const EXAMPLE = 'test/readme-example';

const obstacle = findObstacle(['memory', 'pids']);
if (obstacle !== undefined) console.log(`skip cgroup-manager.readme: ${obstacle}`);

test('the README shows the example that is compiled and run here', (t) => {
  const [, shown] = /```ts\n(.*?)```/s.exec(readFileSync(new URL('README.md', PACKAGE), 'utf8')) ?? [];
  t.is(shown, readFileSync(new URL(`${EXAMPLE}.ts`, PACKAGE), 'utf8'));
});

(obstacle === undefined ? test : test.skip)('the example does what it says', (t) => {
  const source = readFileSync(new URL(`${EXAMPLE}.ts`, PACKAGE), 'utf8');
  const promised = [...source.matchAll(/^\/\/ ▶ (.*)$/gm)].map(([, line]) => line);
  t.is(promised.length, 1);
  const file = fileURLToPath(new URL(`dist/${EXAMPLE}.js`, PACKAGE));
  const output = execFileSync(process.execPath, [file], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  t.is(output, `${promised.join('\n')}\n`);
});
