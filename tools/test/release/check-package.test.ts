import test from 'ava';
import { checkPackage, type PackedFile, type PublishedManifest } from '../../src/release/check-package.js';

const manifest: PublishedManifest = {
  name: '@mini/init-helper',
  license: 'Apache-2.0',
  exports: { '.': { types: './dist/src/index.d.ts', default: './dist/src/index.js' } },
};
const files: PackedFile[] = [
  { path: 'README.md', mode: 0o644 },
  { path: 'dist/src/index.js', mode: 0o644 },
  { path: 'dist/src/index.d.ts', mode: 0o644 },
  { path: 'dist/bin/init-helper', mode: 0o755 },
];

test('a package that is ready has no problems', (t) => {
  t.deepEqual(checkPackage(manifest, files), []);
});

const cases: [title: string, Partial<PublishedManifest>, PackedFile[], problem: string][] = [
  ['an install script', { scripts: { postinstall: 'x' } }, files, 'has the script "postinstall"'],
  [
    'an implicit install script',
    {},
    [...files, { path: 'binding.gyp', mode: 0o644 }],
    'packs "binding.gyp", which npm runs at installation',
  ],
  [
    'a test',
    {},
    [...files, { path: 'dist/test/plan.test.js', mode: 0o644 }],
    'packs the test file "dist/test/plan.test.js"',
  ],
  [
    'a missing entry',
    {},
    files.filter(({ path }) => path !== 'dist/src/index.js'),
    'lacks "dist/src/index.js"',
  ],
  ['a missing command', { bin: { mini: 'dist/bin/mini.cjs' } }, files, 'lacks "dist/bin/mini.cjs"'],
  ['a missing README', {}, files.slice(1), 'lacks "README.md"'],
  [
    'a helper that cannot be executed',
    {},
    [...files.slice(0, 3), { path: 'dist/bin/init-helper', mode: 0o644 }],
    'packs "dist/bin/init-helper" without its execute bit',
  ],
  ['a missing addon', { binary: { napi_versions: [8] } }, files, 'packs no addon'],
];

for (const [title, changes, packed, problem] of cases) {
  test(`finds ${title}`, (t) => {
    t.deepEqual(checkPackage({ ...manifest, ...changes }, packed), [`@mini/init-helper: ${problem}`]);
  });
}
