import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { canCreate, detectCgroupLayout, findHierarchy } from '../src/index.js';

const PACKAGE = new URL('../../', import.meta.url);

function findObstacle(): string | undefined {
  try {
    const layout = detectCgroupLayout();
    if (process.getuid?.() !== 0 || !canCreate(layout, '/readme-example/one')) {
      return 'no permission to make control groups';
    }
    return findHierarchy(layout, 'memory') && findHierarchy(layout, 'pids') ? undefined : 'no memory or pids';
  } catch (error) {
    return (error as Error).message;
  }
}

const obstacle = findObstacle();
if (obstacle !== undefined) console.log(`skip cgroup-manager.readme: ${obstacle}`);

(obstacle === undefined ? test : test.skip)('the example of the README does what it says', (t) => {
  const [, example] = /```ts\n(.*?)```/s.exec(readFileSync(new URL('README.md', PACKAGE), 'utf8')) ?? [];
  const [, promised] = /^\/\/ (SIGKILL .*)$/m.exec(example ?? '') ?? [];
  // The example has no types of its own to strip; inside the package it may import the package by its name.
  const directory = new URL(`dist/readme-${process.pid}/`, PACKAGE);
  mkdirSync(directory);
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(new URL('example.mjs', directory), example!);
  const output = execFileSync(process.execPath, [new URL('example.mjs', directory).pathname], {
    encoding: 'utf8',
  });
  t.is(output, `${promised}\n`);
});
