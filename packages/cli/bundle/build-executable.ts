import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { collectLicenses } from './collect-licenses.js';
import { EMBEDDED_FILES, followEmbeddedFiles } from './embedded-files.js';
import { slimYargs } from './slim-yargs.js';

/** Of process.arch, as Bun's packages are called. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'aarch64' };

/** What chooses between the two commands, and each of them. */
const PARTS = ['standalone', 'standalone-mini', 'standalone-oci'] as const;

/** Makes the executable `mini` and the licences of what is in it, in a directory that is made anew. */
export async function buildExecutable(packageRoot: string, outDirectory: string): Promise<void> {
  rmSync(outDirectory, { recursive: true, force: true });
  const stage = join(outDirectory, 'stage');
  mkdirSync(stage, { recursive: true });
  const inputs: string[] = [];
  for (const name of PARTS) inputs.push(...(await bundlePart(packageRoot, stage, name)));
  for (const path of EMBEDDED_FILES) {
    mkdirSync(dirname(join(stage, path)), { recursive: true });
    cpSync(join(dirname(packageRoot), path), join(stage, path), { recursive: true });
  }
  compile(stage, join(outDirectory, 'mini'));
  writeFileSync(join(outDirectory, 'THIRD-PARTY-LICENSES.txt'), collectLicenses(packageRoot, inputs));
  rmSync(stage, { recursive: true });
}

/** Bundles a part with all that it reaches but the other parts. Returns the files it is made of. */
async function bundlePart(packageRoot: string, stage: string, name: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: packageRoot,
    entryPoints: [`dist/src/bin/${name}.js`],
    outdir: stage,
    chunkNames: `${name}-[name]-[hash]`,
    bundle: true,
    // What is not reached costs nothing: byte code is read part by part.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    external: ['bun:ffi', ...PARTS.map((part) => `./${part}.js`)],
    minify: true,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [slimYargs(packageRoot), followEmbeddedFiles(packageRoot)],
  });
  return Object.keys(metafile.inputs);
}

function compile(stage: string, outFile: string): void {
  const assets = [...new Set(EMBEDDED_FILES.map((path) => path.split('/', 1)[0]!))];
  const flags = [
    ...['--compile', '--bytecode', '--format=esm', '--splitting'],
    // A start is over before machine code pays: compiling it took a third of the time.
    '--compile-jit-policy=100',
    // What lies in the directory where somebody calls it is none of its business.
    ...['--no-compile-autoload-dotenv', '--no-compile-autoload-bunfig'],
    ...['--no-compile-autoload-tsconfig', '--no-compile-autoload-package-json'],
    ...assets.map((name) => `--asset=${name}`),
  ];
  execFileSync(findBun(), ['build', ...flags, `${PARTS[0]}.js`, '--outfile', outFile], {
    cwd: stage,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function findBun(): string {
  const name = `@oven/bun-linux-${ARCHITECTURES[process.arch] ?? process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/bun`);
  } catch (cause) {
    throw new Error(`failed to find "${name}", which makes executables: run "npm ci"`, { cause });
  }
}
