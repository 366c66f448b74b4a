import { basename } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { TO_COMMON_JS } from './bundle-commands.js';

/**
 * Merges the files that hold `roots` (inputs, as the metafile names them) and all they import statically into one,
 * called `hot`. `texts` are ES modules by file name; so are the returned ones, except that one, which is CommonJS
 * already. `forward` has others require what they import of a file that was merged from the merged one, so that each module
 * exists once; without a file that does so in between, for each on the way costs a quarter of a millisecond.
 */
export async function mergeHotPath(
  texts: ReadonlyMap<string, string>,
  metafile: Metafile,
  roots: readonly string[],
  hotName = 'hot.cjs',
): Promise<{ readonly files: Map<string, string>; forward(text: string): string }> {
  const graph = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]));
  const hot = closeOverImports(graph, findRoots(graph, roots));
  const merged = new Map([...texts].filter(([name]) => !hot.has(name)));
  merged.set(hotName, await bundleHot(texts, [...hot]));
  const parts = new Map([...hot].map((name, index) => [name, `require("./${hotName}").part${index}`]));
  const forward = (text: string) =>
    text.replace(/require\("\.\/([^"]+)"\)/g, (whole, name: string) => parts.get(name) ?? whole);
  return { files: merged, forward };
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

/** All of the first file's exports, and those of each file as `partN`. */
async function bundleHot(texts: ReadonlyMap<string, string>, names: readonly string[]): Promise<string> {
  const parts = names.map((name, index) => `export * as part${index} from "./${name}";`);
  const { outputFiles } = await build({
    ...TO_COMMON_JS,
    stdin: { contents: `export * from "./${names[0]}";\n${parts.join('\n')}`, loader: 'js' },
    bundle: true,
    write: false,
    plugins: [fromMemory(texts, new Set(names))],
  });
  return outputFiles[0]!.text;
}

/** Gives esbuild the files that are in `names`; all others stay what they are, to be loaded at run time. */
function fromMemory(texts: ReadonlyMap<string, string>, names: ReadonlySet<string>): Plugin {
  return {
    name: 'from-memory',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\./ }, ({ path }) =>
        names.has(path.slice(2)) ? { path: path.slice(2), namespace: 'memory' } : { path, external: true },
      );
      onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({
        contents: requireBuiltins(texts.get(path)!),
        loader: 'js',
      }));
    },
  };
}

/**
 * Whole modules of Node are taken as `require` gives them. esbuild would copy each of their properties, a hundred for
 * `node:fs`, at each such import; and none of ours has anything that is lost this way.
 */
function requireBuiltins(text: string): string {
  return text.replace(/^import (?:\* as )?(\w+) from ("node:\w+");$/gm, 'const $1 = require($2);');
}
