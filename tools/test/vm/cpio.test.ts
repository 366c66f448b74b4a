import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { encodeCpio } from '../../src/vm/cpio.js';

const files = [
  { path: 'init', mode: 0o755, data: Buffer.from('#!/bin/sh\n') },
  { path: 'a/b/odd', mode: 0o600, data: Buffer.from('12345') },
  { path: 'a/empty', mode: 0o644, data: Buffer.alloc(0) },
];

test('cpio(1) lists the files after their directories', async (t) => {
  const { stdout } = await execa('cpio', ['-t', '--quiet'], { input: encodeCpio(files) });
  t.deepEqual(stdout.split('\n'), ['a', 'a/b', 'init', 'a/b/odd', 'a/empty']);
});

test('cpio(1) unpacks contents and modes', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-cpio-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  await execa('cpio', ['-i', '--quiet'], { input: encodeCpio(files), cwd: directory });
  t.is(readFileSync(join(directory, 'a/b/odd'), 'utf8'), '12345');
  t.is(statSync(join(directory, 'init')).mode & 0o7777, 0o755);
  t.is(statSync(join(directory, 'a/b/odd')).mode & 0o7777, 0o600);
  t.is(statSync(join(directory, 'a/empty')).size, 0);
});
