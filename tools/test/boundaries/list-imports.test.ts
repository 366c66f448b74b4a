import test from 'ava';
import { listImports } from '../../src/boundaries/list-imports.js';

const forms: [string, string][] = [
  ["import a from 'x';", 'x'],
  ['import { a,\n  type B,\n} from "x";', 'x'],
  ["import type { A } from 'x';", 'x'],
  ["import * as a from 'x';", 'x'],
  ["import 'x';", 'x'],
  ["export * from 'x';", 'x'],
  ["export { a } from 'x';", 'x'],
  ["const a = await import('x');", 'x'],
  ["const a = require('x');", 'x'],
  ["require.resolve('x/package.json')", 'x/package.json'],
  ["import a = require('x');", 'x'],
];

for (const [source, name] of forms) {
  test(`finds ${JSON.stringify(source)}`, (t) => {
    t.deepEqual(listImports(source), [name]);
  });
}

test('an import in a comment is an example', (t) => {
  t.deepEqual(listImports("// import a from 'x';\n/**\n * import { b } from 'y';\n */\nimport c from 'z';"), [
    'z',
  ]);
});

test('what looks like a comment in a string or a regular expression is none', (t) => {
  t.deepEqual(listImports("const url = 'http://a';\nimport b from 'x';"), ['x']);
  t.deepEqual(listImports("const quote = /['\"`]/g;\nimport b from 'x'; // it's\nconst s = `y`;"), ['x']);
  t.deepEqual(listImports("const slash = /[/]*/;\nimport b from 'x';"), ['x']);
});

test('each module is listed once, and words that only look like imports are not', (t) => {
  t.deepEqual(listImports("import a from 'x';\nexport * from 'x';"), ['x']);
  t.deepEqual(listImports("const from = 'x';\nexport const imported = ['y'];"), []);
  t.deepEqual(listImports('fail(`import "a"`, \'to import "stdin"\');'), []);
  t.deepEqual(listImports("first(); import 'x';\n  import 'y';"), ['x', 'y']);
});
