import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where a name comes from. */
interface Origin {
  readonly file: string;
  readonly name: string;
}

const IMPORT = /^import \{([^}]*)\} from '([^']+)';$/gm;
const REEXPORT = /^export \{([^}]*)\} from '([^']+)';$/gm;
const COMMENT = /\/\*[\s\S]*?\*\/|^\/\/.*$/gm;

/**
 * The text of the compiled module `path` with imports from the modules that define the names, in place of those from an
 * `index.js` that only hands them on. esbuild splits by what modules import, whichever of the names: through an index every
 * command would have to evaluate all of a package that any command needs.
 */
export function importDirectly(path: string, text: string): string {
  return text.replace(IMPORT, (whole, names: string, from: string) => {
    const file = locate(path, from);
    if (file === undefined || readReexports(file) === undefined) return whole;
    return parseNames(names)
      .map(({ name, local }) => {
        const origin = findOrigin({ file, name });
        return `import { ${origin.name} as ${local} } from ${JSON.stringify(origin.file)};`;
      })
      .join(' ');
  });
}

/** The file that one of our modules imports as `from`; `undefined` for what is not ours. */
function locate(path: string, from: string): string | undefined {
  if (from.startsWith('.')) return join(dirname(path), from);
  return from.startsWith('@mini/') ? createRequire(path).resolve(from) : undefined;
}

function findOrigin(origin: Origin): Origin {
  const next = readReexports(origin.file)?.get(origin.name);
  return next === undefined ? origin : findOrigin(next);
}

const known = new Map<string, ReadonlyMap<string, Origin> | undefined>();

/** What a module hands on, by the names that it gives it; `undefined` for one that does anything else too. */
function readReexports(file: string): ReadonlyMap<string, Origin> | undefined {
  if (!known.has(file)) known.set(file, parseReexports(file));
  return known.get(file);
}

function parseReexports(file: string): ReadonlyMap<string, Origin> | undefined {
  if (!file.endsWith('/index.js')) return undefined;
  const text = readFileSync(file, 'utf8').replace(COMMENT, '');
  if (text.replace(REEXPORT, '').trim() !== '') return undefined;
  const origins = [...text.matchAll(REEXPORT)].flatMap(([, names, from]) => {
    const source = locate(file, from!);
    if (source === undefined) return [];
    return parseNames(names!).map(({ name, local }) => [local, { file: source, name }] as const);
  });
  return new Map(origins);
}

/** `a, b as c`, as TypeScript writes it. */
function parseNames(names: string): { name: string; local: string }[] {
  return names
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const [name, local = name] = each.split(' as ');
      return { name: name!, local: local! };
    });
}
