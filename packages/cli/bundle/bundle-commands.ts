import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type BuildOptions, build, type TransformOptions, transform } from 'esbuild';
import { collectLicenses } from './collect-licenses.js';
import { mergeHotPath } from './merge-hot-path.js';
import { followPackageFiles } from './package-files.js';
import type { Program } from './programs.js';
import { slimYargs } from './slim-yargs.js';

/** `import()` becomes `require`: the loader of ES modules costs milliseconds, and all that is imported is ours. */
export const TO_COMMON_JS = {
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minify: true,
  supported: { 'dynamic-import': false },
} as const satisfies TransformOptions;

/** Bundles commands of the package. Returns the files of dist/bin by name, and the modules that each hot path holds by its. */
export async function bundleCommands(packageRoot: string, programs: readonly Program[]) {
  const files = new Map<string, string>();
  const hotModules = new Map<string, readonly string[]>();
  const inputs: string[] = [];
  for (const program of programs) {
    const bundled = await bundleProgram(packageRoot, program);
    for (const [name, text] of bundled.files) files.set(name, text);
    hotModules.set(program.hot, bundled.hotModules);
    inputs.push(...bundled.inputs);
  }
  files.set('THIRD-PARTY-LICENSES.txt', collectLicenses(packageRoot, inputs));
  return { files, hotModules };
}

/**
 * Bundles a program and what starts it into CommonJS, which Node loads faster than ES modules. What is reached by
 * `import()` becomes a file of its own, loaded when it is reached, unless it is on the hot path. esbuild splits only ES
 * modules, so it bundles to those first; they are merged and turned into CommonJS afterwards.
 */
async function bundleProgram(packageRoot: string, program: Program) {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    absWorkingDir: packageRoot,
    entryPoints: [program.main],
    outdir: 'dist/bin',
    outExtension: { '.js': '.cjs' },
    chunkNames: program.chunks,
    splitting: true,
    format: 'esm',
    plugins: [slimYargs(packageRoot), followPackageFiles(packageRoot)],
  });
  const files = new Map<string, string>();
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
  const merged = await mergeHotPath(texts, metafile, program.hotPath, program.hot);
  for (const [name, text] of merged.files) {
    files.set(name, name === program.hot ? text : merged.forward((await transform(text, TO_COMMON_JS)).code));
  }
  files.set(program.starter, await bundleStarter(packageRoot, program, files.get(program.hot)!));
  return { files, hotModules: merged.modules, inputs: Object.keys(metafile.inputs) };
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
async function bundleStarter(packageRoot: string, program: Program, hot: string): Promise<string> {
  const { outputFiles } = await build({
    ...COMMON,
    ...TO_COMMON_JS,
    absWorkingDir: packageRoot,
    entryPoints: [program.start],
    define: { HOT_HASH: JSON.stringify(createHash('sha256').update(hot).digest('hex').slice(0, 16)) },
    banner: { js: program.head },
    plugins: [
      {
        name: 'start-hot-path',
        setup: ({ onResolve }) =>
          onResolve({ filter: /main\.js$/ }, () => ({ path: `./${program.hot}`, external: true })),
      },
    ],
  });
  return outputFiles[0]!.text;
}
