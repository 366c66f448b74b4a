import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { importDirectly } from './direct-imports.js';

const VIRTUAL = 'mini:file-url';

/**
 * Lets `import.meta.url` of bundled files mean what it meant: the file in its own package, wherever that is installed
 * when the command runs. So `new URL('../../build/addon.node', import.meta.url)` finds the addon beside its
 * package's code although the code itself runs from the bundle. The package is looked up when the first of its files
 * asks, from the bundle; hence it must be a dependency of this package. All modules come by here, so names are imported
 * from where they are defined, too.
 */
export function followPackageFiles(packageRoot: string): Plugin {
  const own = readManifest(packageRoot);
  return {
    name: 'package-files',
    setup(build) {
      build.onResolve({ filter: /^mini:file-url$/ }, ({ path }) => ({ path, namespace: 'mini' }));
      build.onLoad({ filter: /.*/, namespace: 'mini' }, () => ({ contents: RUNTIME, loader: 'js' }));
      build.onLoad({ filter: /\.m?js$/ }, ({ path }) => {
        const text = importDirectly(path, readFileSync(path, 'utf8'));
        if (!text.includes('import.meta.url')) return { contents: text, loader: 'js' };
        const call = locate(path, own);
        const contents = `import { fileUrl as __fileUrl } from '${VIRTUAL}';\n${text.replaceAll('import.meta.url', call)}`;
        return { contents, loader: 'js' };
      });
    },
  };
}

/** The expression that stands for `import.meta.url` in the file at `path`. */
function locate(path: string, own: Manifest): string {
  const root = findPackageRoot(path);
  const manifest = readManifest(root);
  if (manifest.name === own.name) return `__fileUrl('', '', ${JSON.stringify(relative(root, path))})`;
  if (!manifest.name.startsWith('@mini/')) return `__fileUrl('', '', 'dist/bin/mini.cjs')`;
  if (own.dependencies?.[manifest.name] === undefined) {
    throw new Error(
      `"${manifest.name}" uses import.meta.url and must stand in the dependencies of "${own.name}"`,
    );
  }
  const main = manifest.exports?.['.']?.default?.replace(/^\.\//, '');
  if (main === undefined) throw new Error(`"${manifest.name}" has no exports["."].default`);
  return `__fileUrl(${[manifest.name, main, relative(root, path)].map((part) => JSON.stringify(part)).join(', ')})`;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: { readonly '.'?: { readonly default?: string } };
}

function readManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}

function findPackageRoot(path: string): string {
  let root = dirname(path);
  for (;;) {
    try {
      if (readManifest(root).name !== undefined) return root;
    } catch {
      // No manifest here: further up.
    }
    if (root === dirname(root)) throw new Error(`"${path}" belongs to no package`);
    root = dirname(root);
  }
}

/**
 * Runs from dist/bin, as CommonJS; `name` is empty for this package itself. A dependency lies in our own node_modules
 * or beside us (hoisted, linked by pnpm, or in the workspace): looking there costs a tenth of `require.resolve`,
 * which is asked when an installer has done something else.
 */
const RUNTIME = `
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
const own = __dirname.slice(0, -'/dist/bin'.length);
const roots = new Map([['', own]]);
export function fileUrl(name, main, path) {
  if (!roots.has(name)) roots.set(name, findRoot(name, main));
  return pathToFileURL(roots.get(name) + '/' + path).href;
}
function findRoot(name, main) {
  const beside = own.slice(0, own.lastIndexOf('/')) + name.slice(name.indexOf('/'));
  for (const root of [own + '/node_modules/' + name, beside]) if (existsSync(root + '/' + main)) return root;
  try {
    return require.resolve(name).slice(0, -main.length - 1);
  } catch (cause) {
    const message = 'failed to find the package "' + name + '": ' + cause.message.split('\\n')[0];
    const context = { hint: 'install @mini/cli again' };
    throw Object.assign(new Error(message, { cause }), { name: 'RuntimeError', code: 'package-missing', context });
  }
}
`;
