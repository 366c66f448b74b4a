import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type BuildOptions, build, type TransformOptions, transform } from 'esbuild';
import { collectLicenses } from './collect-licenses.js';
import { mergeHotPath } from './merge-hot-path.js';
import { followPackageFiles } from './package-files.js';
import { slimYargs } from './slim-yargs.js';

/** What `mini run` passes through: read, compiled and cached as one file, for each file costs a fifth of a millisecond. */
const HOT_PATH = ['dist/src/main.js', 'dist/src/commands/run.js', 'dist/src/engine/index.js'];

/** `import()` becomes `require`: the loader of ES modules costs milliseconds, and all that is imported is ours. */
export const TO_COMMON_JS = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  supported: { 'dynamic-import': false },
} as const satisfies TransformOptions;

/**
 * What makes an entry a command: to a shell the second line is `: //; exec node …`, to Node a string and a comment. Not
 * `#!/usr/bin/env node`, for without the `--` Node takes `--env-file` for its own wherever it stands, and `env -S` is
 * not everywhere.
 */
const COMMAND_HEAD = '#!/bin/sh\n":" //; exec node -- "$0" "$@"';

/**
 * Bundles `dist/src/main.js` and the program that starts it into CommonJS, which Node loads faster than ES modules.
 * What is reached by `import()` becomes a file of its own, loaded when it is reached, unless it is on the hot path.
 * esbuild splits only ES modules, so it bundles to those first; they are merged and turned into CommonJS afterwards.
 * Returns the files by name.
 */
export async function bundleCommand(packageRoot: string): Promise<Map<string, string>> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    absWorkingDir: packageRoot,
    entryPoints: ['dist/src/main.js'],
    outdir: 'dist/bin',
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    splitting: true,
    format: 'esm',
    plugins: [slimYargs(packageRoot), followPackageFiles(packageRoot)],
  });
  const files = new Map<string, string>();
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  for (const [name, text] of await mergeHotPath(texts, metafile, HOT_PATH)) {
    files.set(name, name === 'hot.cjs' ? text : (await transform(text, TO_COMMON_JS)).code);
  }
  files.set('mini.cjs', await bundleStarter(packageRoot, files.get('hot.cjs')!));
  files.set('THIRD-PARTY-LICENSES.txt', collectLicenses(packageRoot, Object.keys(metafile.inputs)));
  return files;
}

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  write: false,
  metafile: true,
  legalComments: 'none',
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** The program itself stays apart: it loads the hot path out of the code cache. */
async function bundleStarter(packageRoot: string, hot: string): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON,
    ...TO_COMMON_JS,
    absWorkingDir: packageRoot,
    entryPoints: ['dist/src/bin/mini.js'],
    define: { HOT_HASH: JSON.stringify(createHash('sha256').update(hot).digest('hex').slice(0, 16)) },
    banner: { js: COMMAND_HEAD },
    plugins: [
      {
        name: 'start-hot-path',
        setup: ({ onResolve }) =>
          onResolve({ filter: /main\.js$/ }, () => ({ path: './hot.cjs', external: true })),
      },
    ],
  });
  return outputFiles[0]!.text;
}
