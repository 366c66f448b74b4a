import test from 'ava';
import { checkFiles } from '../../src/boundaries/check-files.js';
import { loadWorkspace } from '../../src/boundaries/load-workspace.js';
import { makeWorkspace, rules } from './workspace-fixture.js';

const long = 'x\n'.repeat(301);

test('a file of 301 lines is too long, one of 300 is not', (t) => {
  const root = makeWorkspace(t, {
    'packages/store/src/long.ts': long,
    'packages/store/src/right.c': 'x\n'.repeat(300),
  });
  t.deepEqual(checkFiles(loadWorkspace(root), rules), [
    'packages/store/src/long.ts: has 301 lines, more than 300',
  ]);
});

test('a listed file may be long, and leaves the list when it is not any more', (t) => {
  const root = makeWorkspace(t, { 'packages/store/src/long.ts': long });
  const longFiles = { 'packages/store/src/long.ts': 'a table', 'packages/store/src/gone.ts': 'a table' };
  t.deepEqual(checkFiles(loadWorkspace(root), { ...rules, longFiles }), [
    'packages/store/src/gone.ts: is not long any more, take it out of longFiles in tools/boundaries.json',
  ]);
});

test('names must say what is inside, in kebab-case', (t) => {
  const root = makeWorkspace(t, {
    'packages/store/src/utils.ts': '',
    'packages/store/src/common/lock.ts': '',
    'packages/store/test/helpers.c': '',
    'packages/store/src/readFile.ts': '',
    'packages/store/src/read-file.test.ts': '',
  });
  t.deepEqual(checkFiles(loadWorkspace(root), rules).sort(), [
    'packages/store/src/common/lock.ts: "common" does not say what is inside',
    'packages/store/src/readFile.ts: is not in kebab-case',
    'packages/store/src/utils.ts: "utils" does not say what is inside',
    'packages/store/test/helpers.c: "helpers" does not say what is inside',
  ]);
});
