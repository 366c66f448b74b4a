import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { build } from 'esbuild';
import { importDirectly } from '../../bundle/direct-imports.js';

const FILES = {
  'index.js':
    "/** Hands on. */\nexport { a, b as renamed, } from './a.js';\nexport { deep } from './below/index.js';\n",
  'a.js': 'export const a = 1;\nexport const b = 2;\n',
  'below/index.js': "export { deep } from './deep.js';\n//# sourceMappingURL=index.js.map\n",
  'below/deep.js': 'export const deep = 3;\n',
  'working/index.js': "export { a } from '../a.js';\nconsole.log('works');\n",
  'all/index.js': "export * from '../a.js';\n",
};

function makeModules(t: { teardown(act: () => void): void }): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'direct-imports-')));
  t.teardown(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

test('names are imported from the modules that define them, whatever hands them on', (t) => {
  const root = makeModules(t);
  const text =
    "import { a, renamed as mine, deep } from './index.js';\nexport const all = [a, mine, deep];\n";
  t.is(
    importDirectly(join(root, 'user.js'), text),
    `import { a as a } from "${root}/a.js"; import { b as mine } from "${root}/a.js"; ` +
      `import { deep as deep } from "${root}/below/deep.js";\nexport const all = [a, mine, deep];\n`,
  );
});

test('a package of ours is seen through, and what does more than hand on, or is not ours, is left', (t) => {
  const root = makeModules(t);
  const path = join(root, 'user.js');
  for (const text of [
    "import { a } from './working/index.js';",
    "import { a } from './all/index.js';",
    "import { a } from './a.js';",
    "import * as every from './index.js';",
    "import { readFileSync } from 'node:fs';",
    "import yargs from 'yargs';",
  ]) {
    t.is(importDirectly(path, text), text);
  }
  const own = new URL('../../src/engine/containers.js', import.meta.url).pathname;
  t.regex(
    importDirectly(own, "import { nativeKernel } from '@mini/runtime-core';"),
    /^import \{ nativeKernel as nativeKernel \} from ".*\/runtime-core\/dist\/src\/kernel\/native-kernel\.js";$/,
  );
});

test('what is bundled then has the same values', async (t) => {
  const root = makeModules(t);
  const contents = importDirectly(
    join(root, 'user.js'),
    "import { a, renamed, deep } from './index.js';\nexport const sum = a + renamed + deep;\n",
  );
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
  });
  const bundled = `data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`;
  t.is(((await import(bundled)) as { sum: number }).sum, 6);
});
