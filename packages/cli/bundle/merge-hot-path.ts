import { basename } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { TO_COMMON_JS } from './bundle-commands.js';

/**
 * Merges the files that hold `roots` (inputs, as the metafile names them) and all they import statically into one,
 * called `hot`. `texts` are ES modules by file name; so are the returned ones, except that one, which is CommonJS
 * already. `forward` has others require what they import of a file that was merged from the merged one, so that each module
 * exists once; without a file that does so in between, for each on the way costs a quarter of a millisecond. `modules` are the
 * inputs that the merged one is made of.
 */
export async function mergeHotPath(
  texts: ReadonlyMap<string, string>,
  metafile: Metafile,
  roots: readonly string[],
  hotName = 'hot.cjs',
): Promise<MergedHotPath> {
  const graph = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const hot = closeOverImports(graph, findRoots(graph, roots));
  const merged = new Map([...texts].filter(([name]) => !hot.has(name)));
  merged.set(hotName, await bundleHot(texts, [...hot]));
  const parts = new Map([...hot].map((name, index) => [name, `require("./${hotName}").parts[${index}]()`]));
  const forward = (text: string) =>
    text.replace(/require\("\.\/([^"]+)"\)/g, (whole, name: string) => parts.get(name) ?? whole);
  const modules = [...hot].flatMap((name) => Object.keys(graph.get(name)!.inputs));
  return { files: merged, forward, modules: modules.sort() };
}

interface MergedHotPath {
  readonly files: Map<string, string>;
  readonly modules: readonly string[];
  forward(text: string): string;
}

type Graph = ReadonlyMap<string, Metafile['outputs'][string]>;

/** The files of the roots, in their order. A root that is not there is passed over. */
function findRoots(graph: Graph, roots: readonly string[]): string[] {
  return roots.flatMap((root) =>
    [...graph].filter(([, { entryPoint }]) => entryPoint === root).map(([name]) => name),
  );
}

function closeOverImports(graph: Graph, roots: readonly string[]): Set<string> {
  const closed = new Set(roots);
  for (const name of closed) {
    for (const { path, kind } of graph.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && graph.has(basename(path))) closed.add(basename(path));
    }
  }
  return closed;
}

/**
 * All of the first file's exports, and in `parts` what other files take of each: functions, so that only what a command
 * comes by is evaluated.
 */
async function bundleHot(texts: ReadonlyMap<string, string>, names: readonly string[]): Promise<string> {
  const cold = [...texts].flatMap(([name, text]) => (names.includes(name) ? [] : [text])).join('\n');
  const merged = new Map(names.map((name) => [name, texts.get(name)!]));
  for (const [index, name] of names.entries()) merged.set(String(index), takeFrom(name, cold));
  const parts = names.map((_, index) => `() => require("./${index}")`);
  const contents = `Object.assign(exports, require("./${names[0]}")); exports.parts = [${parts.join(', ')}];`;
  const { outputFiles } = await build({
    ...TO_COMMON_JS,
    stdin: { contents, loader: 'js' },
    bundle: true,
    write: false,
    plugins: [fromMemory(merged), requireBuiltinsOnce()],
  });
  return outputFiles[0]!.text;
}

/**
 * A module with the exports of the file `name` that `text` imports, as esbuild writes it. Every export of CommonJS is a
 * getter that is made at each start, so there are none that nobody asks for.
 */
function takeFrom(name: string, text: string): string {
  if (text.includes(`import("./${name}")`)) return `export * from "./${name}";`;
  const taken = [...text.matchAll(/^import \{([^}]*)\} from "\.\/([^"]+)";$/gm)]
    .filter(([, , from]) => from === name)
    .flatMap(([, words]) => words!.split(','))
    .map((word) => word.trim().split(' as ', 1)[0]!);
  return `export { ${[...new Set(taken)].join(', ')} } from "./${name}";`;
}

/** Gives esbuild the files that are in `texts`; all others stay what they are, to be loaded at run time. */
function fromMemory(texts: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'from-memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path }) =>
        texts.has(path.slice(2)) ? { path: path.slice(2), namespace: 'memory' } : { path, external: true },
      );
      onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({
        contents: requireBuiltins(texts.get(path)!),
        loader: 'js',
      }));
    },
  };
}

/**
 * Modules of Node are taken as `require` gives them. esbuild would copy each of their properties, a hundred for `node:fs`,
 * at each import of the whole; and none of ours has anything that is lost this way.
 */
function requireBuiltins(text: string): string {
  return text
    .replace(/^import (?:\* as )?(\w+) from ("node:[\w/]+");$/gm, 'const $1 = require($2);')
    .replace(/^import (\{[^}]*\}) from ("node:[\w/]+");$/gm, (_, names: string, module: string) => {
      return `const ${names.replaceAll(' as ', ': ')} = require(${module});`;
    });
}

/** Asks Node once for each of its modules: a hundred calls of its `require`, one for each file of ours, take a millisecond. */
function requireBuiltinsOnce(): Plugin {
  return {
    name: 'builtins-once',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
        namespace === 'builtin' ? { path, external: true } : { path, namespace: 'builtin' },
      );
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)});`,
        loader: 'js',
      }));
    },
  };
}
