import test from 'ava';
import { checkImports } from '../../src/boundaries/check-imports.js';
import { loadWorkspace } from '../../src/boundaries/load-workspace.js';
import { makeWorkspace, rules } from './workspace-fixture.js';

const cases: [title: string, path: string, specifier: string, problem: string | undefined][] = [
  ['an allowed, declared package', 'packages/store/src/a.ts', '@mini/contracts', undefined],
  ['an exported subpath', 'packages/store/src/a.ts', '@mini/contracts/plan.h', undefined],
  ['a module of Node', 'packages/store/src/a.ts', 'node:fs/promises', undefined],
  ['a declared dependency', 'packages/store/src/a.ts', 'yaml/util', undefined],
  ['a file of the same package', 'packages/store/src/deep/a.ts', '../b.js', undefined],
  ['a tool of the workspace, in a test', 'packages/store/test/a.test.ts', 'ava', undefined],
  ['the sources, in a test', 'packages/store/test/deep/a.test.ts', '../../src/b.js', undefined],
  ['a devDependency of a bundled package', 'packages/core/src/a.ts', 'yargs/helpers', undefined],
  ['a package of the workspace that is bundled in', 'packages/core/src/a.ts', '@mini/store', undefined],
  ['a forbidden package', 'packages/contracts/src/a.ts', '@mini/store', 'which contracts may not import'],
  ['a forbidden package, in a test', 'packages/store/test/a.ts', '@mini/core', 'which store may not import'],
  [
    'an undeclared package',
    'packages/core/src/a.ts',
    '@mini/contracts',
    'which its package.json does not declare',
  ],
  ['an undeclared dependency', 'packages/store/src/a.ts', 'execa', 'which its package.json does not declare'],
  [
    'the inside of a package',
    'packages/store/src/a.ts',
    '@mini/contracts/dist/src/plan.js',
    'which @mini/contracts does not export',
  ],
  [
    'a neighbour by its path',
    'packages/store/src/a.ts',
    '../../contracts/src/plan.js',
    'a path that leaves the package',
  ],
  ['the tests', 'packages/store/src/a.ts', '../test/fake.js', 'which belongs to the tests'],
  ['itself by name', 'packages/store/src/a.ts', '@mini/store', 'its own package: use a relative path'],
];

for (const [title, path, specifier, problem] of cases) {
  test(`${problem === undefined ? 'allows' : 'refuses'} ${title}`, (t) => {
    const root = makeWorkspace(t, { [path]: `import x from '${specifier}';\n` });
    const expected = problem === undefined ? [] : [`${path}: imports "${specifier}", ${problem}`];
    t.deepEqual(checkImports(loadWorkspace(root), rules), expected);
  });
}

test('what was built or installed is not read', (t) => {
  const root = makeWorkspace(t, {
    'packages/store/dist/src/a.js': "import '@mini/core';",
    'packages/store/node_modules/x/index.js': "import '@mini/core';",
  });
  t.deepEqual(checkImports(loadWorkspace(root), rules), []);
});
