import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Replaces what makes yargs slow to load. Our texts are plain, one column a character, so the three libraries that
 * know about wide characters and colours are not needed (one regular expression in them costs tens of
 * milliseconds); nor are `assert`, nor the parser's own link to Node's modules, which reads configuration files.
 */
export function slimYargs(packageRoot: string): Plugin {
  const { resolve } = createRequire(join(packageRoot, 'package.json'));
  const parser = dirname(resolve('yargs-parser'));
  const plain = join(packageRoot, 'dist/bundle/plain-text.js');
  const modules: Readonly<Record<string, string>> = {
    'string-width': `export { countColumns as default } from ${JSON.stringify(plain)};`,
    'strip-ansi': `export { keepText as default } from ${JSON.stringify(plain)};`,
    'wrap-ansi': `export { wrapText as default } from ${JSON.stringify(plain)};`,
    assert: `export { notStrictEqual, strictEqual } from ${JSON.stringify(plain)};`,
    'yargs-parser': parserModule(parser),
  };
  return {
    name: 'slim-yargs',
    setup(build) {
      const filter = new RegExp(`^(${Object.keys(modules).join('|')})$`);
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'slim' }));
      build.onLoad({ filter: /.*/, namespace: 'slim' }, ({ path }) => ({
        contents: modules[path]!,
        loader: 'js',
        resolveDir: packageRoot,
      }));
    },
  };
}

function parserModule(directory: string): string {
  return `
import { YargsParser } from ${JSON.stringify(join(directory, 'yargs-parser.js'))};
import { camelCase, decamelize, looksLikeNumber } from ${JSON.stringify(join(directory, 'string-utils.js'))};
const unused = (value) => value;
const parser = new YargsParser({
  cwd: () => process.cwd(),
  env: () => process.env,
  format: (text, ...values) => values.reduce((done, value) => done.replace('%s', value), text),
  normalize: unused,
  resolve: unused,
  require: unused,
});
export default function parse(words, options) { return parser.parse(words.slice(), options).argv; }
parse.detailed = (words, options) => parser.parse(words.slice(), options);
Object.assign(parse, { camelCase, decamelize, looksLikeNumber });
`;
}
