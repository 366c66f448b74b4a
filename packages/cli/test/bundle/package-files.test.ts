import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { bundleCommands } from '../../bundle/bundle-commands.js';
import { MINI } from '../../bundle/programs.js';

/** Writes files below a fresh directory. */
function layOut(t: ExecutionContext, files: Readonly<Record<string, unknown>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'mini-bundle-')));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

const exportsMain = { '.': { default: './dist/src/index.js' } };

/** A command whose dependency names files of its own package, statically and in a part that is loaded later. */
const workspace = {
  'node_modules/@mini/cli/package.json': {
    name: '@mini/cli',
    type: 'module',
    exports: exportsMain,
    dependencies: { '@mini/core': '1.0.0', 'yargs-parser': '22' },
  },
  'node_modules/@mini/cli/dist/bundle/plain-text.js': '',
  'node_modules/@mini/cli/dist/src/bin/mini.js': "import('../main.js').then(({ main }) => main());",
  'node_modules/@mini/cli/dist/src/main.js': `
    import { join } from 'node:path';
    import { addon } from '@mini/core';
    import { url } from 'foreign';
    import { state } from './state.js';
    export async function main() {
      state.count++;
      const { later } = await import('./later.js');
      console.log([addon, ...later(), join(import.meta.dirname, 'main.js'), url].join('\\n'));
    }`,
  'node_modules/@mini/cli/dist/src/later.js': `
    import { state } from './state.js';
    import { helper } from '@mini/core';
    export const later = () => [helper(), String(++state.count)];`,
  'node_modules/@mini/cli/dist/src/state.js': 'export const state = { count: 0 };',
  'node_modules/@mini/core/package.json': { name: '@mini/core', type: 'module', exports: exportsMain },
  'node_modules/@mini/core/dist/src/index.js': `
    import { join } from 'node:path';
    export const addon = join(import.meta.dirname, '../../build/core.node');
    export { helper } from './helper/path.js';`,
  'node_modules/@mini/core/dist/src/helper/path.js':
    "import { join } from 'node:path';\nexport const helper = () => join(import.meta.dirname, '../../../helper');",
  'node_modules/yargs-parser/package.json': { name: 'yargs-parser', main: 'index.js' },
  'node_modules/yargs-parser/index.js': '',
  'node_modules/foreign/package.json': { name: 'foreign', type: 'module', main: 'index.js' },
  'node_modules/foreign/index.js': 'export const url = import.meta.url;',
};

async function bundle(root: string): Promise<string> {
  const cli = join(root, 'node_modules/@mini/cli');
  mkdirSync(join(cli, 'dist/bin'));
  const { files } = await bundleCommands(cli, [MINI]);
  for (const [name, text] of files) writeFileSync(join(cli, 'dist/bin', name), text);
  return join(cli, 'dist/bin/mini.cjs');
}

test('bundled code still finds the files of its own package, and each module exists once', async (t) => {
  const root = layOut(t, workspace);
  const { stdout, stderr } = spawnSync(process.execPath, [await bundle(root)], {
    encoding: 'utf8',
    cwd: '/',
  });
  t.is(stderr, '');
  t.deepEqual(stdout.trim().split('\n'), [
    join(root, 'node_modules/@mini/core/build/core.node'),
    join(root, 'node_modules/@mini/core/helper'),
    '2',
    join(root, 'node_modules/@mini/cli/dist/src/main.js'),
    pathToFileURL(join(root, 'node_modules/@mini/cli/dist/bin/mini.cjs')).href,
  ]);
});

test('a package that is gone when the command runs is named', async (t) => {
  const root = layOut(t, workspace);
  const command = await bundle(root);
  rmSync(join(root, 'node_modules/@mini/core'), { recursive: true });
  const { stderr, status } = spawnSync(process.execPath, [command], { encoding: 'utf8', cwd: '/' });
  t.regex(stderr, /failed to find the package "@mini\/core": Cannot find module '@mini\/core'/);
  t.is(status, 1);
});

test('a package that asks for its files must be a dependency', async (t) => {
  const manifest = { name: '@mini/cli', type: 'module', dependencies: { 'yargs-parser': '22' } };
  const root = layOut(t, { ...workspace, 'node_modules/@mini/cli/package.json': manifest });
  await t.throwsAsync(() => bundle(root), {
    message: /"@mini\/core" uses import\.meta and must stand in the dependencies of "@mini\/cli"/,
  });
});
