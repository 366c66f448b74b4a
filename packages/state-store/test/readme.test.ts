import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import test from 'ava';
import { makeDirectory } from './store-fixture.js';

const PACKAGE = new URL('../../', import.meta.url);

test('the example of the README does what it says', (t) => {
  const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync(new URL('README.md', PACKAGE), 'utf8')) ?? [];
  const promised = [...example.matchAll(/^\/\/ (\S.* \}|\{ .* \})$/gm)].map(([, line]) => line);
  t.is(promised.length, 2);
  // Inside the package it may import the package by its name.
  const directory = new URL(`dist/readme-${process.pid}/`, PACKAGE);
  mkdirSync(directory);
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = new URL('example.mjs', directory);
  writeFileSync(file, example.replace('/tmp/readme-example-state', makeDirectory(t)));
  const output = execFileSync(process.execPath, [file.pathname], { encoding: 'utf8' });
  t.is(output, `${promised.join('\n')}\n`);
});
