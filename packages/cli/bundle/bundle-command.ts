import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Metafile, type TransformOptions, transform } from 'esbuild';
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
const COMMAND_HEAD = '#!/bin/sh\n":" //; exec node -- "$0" "$@"\n';

/**
 * Bundles an entry into CommonJS, which Node loads faster than ES modules. What is reached by `import()` becomes a
 * file of its own, loaded when it is reached, unless it is on the hot path. esbuild splits only ES modules, so it
 * bundles to those first; they are merged and turned into CommonJS afterwards.
 */
export async function bundleCommand(packageRoot: string, entry: string, outdir: string): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: [entry],
    outdir,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    write: false,
    metafile: true,
    legalComments: 'none',
    plugins: [slimYargs(packageRoot), followPackageFiles(packageRoot)],
  });
  const entryName = basename(entry).replace(/\.js$/, '.cjs');
  const texts = new Map(outputFiles.map(({ path, text }) => [path.slice(outdir.length + 1), text]));
  for (const [name, text] of await mergeHotPath(texts, metafile, HOT_PATH)) {
    const isMerged = name === 'hot.cjs';
    const code = isMerged ? text : (await transform(text, TO_COMMON_JS)).code;
    writeFileSync(join(outdir, name), name === entryName ? COMMAND_HEAD + code : code);
  }
  const licenses = collectLicenses(packageRoot, Object.keys(metafile.inputs));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licenses);
  return metafile;
}
