import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findUnusedExpectations, readExpectedSkips } from '../../src/verify/expected-skips.js';

test('a missing list expects nothing, a broken one is an error that names it', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-skips-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'expected-skips.json');
  t.deepEqual(readExpectedSkips(path), {});
  writeFileSync(path, '{"hybrid":{"a":"why"}}');
  t.deepEqual(readExpectedSkips(path), { hybrid: { a: 'why' } });
  writeFileSync(path, '');
  t.throws(() => readExpectedSkips(path), {
    message: `failed to read expected skips "${path}": Unexpected end of JSON input`,
  });
});

test('expectations that did not come true are named', (t) => {
  const expected = { hybrid: { a: 'why', b: 'why' } };
  t.deepEqual(findUnusedExpectations([{ id: 'a', reason: 'x' }], 'hybrid', expected), ['b']);
  t.deepEqual(findUnusedExpectations([], 'v2', expected), []);
});
