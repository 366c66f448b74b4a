import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Metafile, transform } from 'esbuild';
import { collectLicenses } from './collect-licenses.js';
import { followPackageFiles } from './package-files.js';
import { slimYargs } from './slim-yargs.js';

/**
 * Bundles an entry into CommonJS, which Node loads faster than ES modules. What is reached by `import()` becomes a
 * file of its own, loaded when it is reached. esbuild splits only ES modules, so it bundles to those first, and each
 * file it made is turned into CommonJS afterwards.
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
    external: existsSync(join(packageRoot, 'dist/src/engine/index.js')) ? [] : ['../engine/index.js'],
    plugins: [slimYargs(packageRoot), followPackageFiles(packageRoot)],
  });
  for (const { path, text } of outputFiles) writeFileSync(path, await toCommonJs(text));
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), collectLicenses(packageRoot, Object.keys(metafile.inputs)));
  return metafile;
}

/** `import()` becomes `require`: the loader of ES modules costs milliseconds, and all that is imported is ours. */
async function toCommonJs(text: string): Promise<string> {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    supported: { 'dynamic-import': false },
  });
  return code;
}
