import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';
import { importDirectly } from './direct-imports.js';

const VIRTUAL = 'mini:package-files';

/**
 * Lets `import.meta.dirname` of bundled files mean what it meant: the file's directory in its own package, wherever that is
 * installed when the command runs. So `join(import.meta.dirname, '../../build/addon.node')` finds the addon beside its
 * package's code although the code itself runs from the bundle. `import.meta.url` is for packages of others; ours have no
 * URLs, for every start would load what takes them apart. The package is looked up when the first of its files
 * asks, from the bundle; hence it must be a dependency of this package. All modules come by here, so names are imported
 * from where they are defined, too.
 */
export function followPackageFiles(packageRoot: string): Plugin {
  const own = readManifest(packageRoot);
  return {
    name: 'package-files',
    setup(build) {
      build.onResolve({ filter: /^mini:package-files$/ }, ({ path }) => ({ path, namespace: 'mini' }));
      build.onLoad({ filter: /.*/, namespace: 'mini' }, () => ({ contents: RUNTIME, loader: 'js' }));
      build.onLoad({ filter: /\.m?js$/ }, ({ path }) => {
        const text = importDirectly(path, readFileSync(path, 'utf8'));
        return { contents: replaceMeta(text, path, own), loader: 'js' };
      });
    },
  };
}

function replaceMeta(text: string, path: string, own: Manifest): string {
  const isOurs = text.includes('import.meta.dirname');
  if (!isOurs && !text.includes('import.meta.url')) return text;
  const place = locate(path, own);
  const [name, meta, call] = isOurs
    ? ['directoryOf', 'import.meta.dirname', `__directoryOf(${place})`]
    : ['urlOf', 'import.meta.url', `__urlOf(${place})`];
  return `import { ${name} as __${name} } from '${VIRTUAL}';\n${text.replaceAll(meta, call)}`;
}

/** Where the file at `path` lies, in the arguments of what stands for `import.meta`: package, its main file, the path in it. */
function locate(path: string, own: Manifest): string {
  const root = findPackageRoot(path);
  const manifest = readManifest(root);
  if (manifest.name === own.name) return `'', '', ${JSON.stringify(relative(root, path))}`;
  if (!manifest.name.startsWith('@mini/')) return `'', '', 'dist/bin/mini.cjs'`;
  if (own.dependencies?.[manifest.name] === undefined) {
    throw new Error(
      `"${manifest.name}" uses import.meta and must stand in the dependencies of "${own.name}"`,
    );
  }
  const main = manifest.exports?.['.']?.default?.replace(/^\.\//, '');
  if (main === undefined) throw new Error(`"${manifest.name}" has no exports["."].default`);
  return [manifest.name, main, relative(root, path)].map((part) => JSON.stringify(part)).join(', ');
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
import { dirname } from 'node:path';
const own = __dirname.slice(0, -'/dist/bin'.length);
const roots = new Map([['', own]]);
export function directoryOf(name, main, path) {
  return dirname(pathOf(name, main, path));
}
export function urlOf(name, main, path) {
  return process.getBuiltinModule('node:url').pathToFileURL(pathOf(name, main, path)).href;
}
function pathOf(name, main, path) {
  if (!roots.has(name)) roots.set(name, findRoot(name, main));
  return roots.get(name) + '/' + path;
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
