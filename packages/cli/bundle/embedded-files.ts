import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'esbuild';

/** Where a Bun executable keeps what it holds. */
const EMBEDDED_ROOT = '/$bunfs/root';

/**
 * What the code asks of its packages at run time, relative to the directory of packages. The same files that npm's
 * packages carry, at the same places.
 */
export const EMBEDDED_FILES = [
  'cli/package.json',
  'init-helper/dist/bin/mini-init',
  'nsenter-helper/dist/bin/mini-nsenter',
  'monitor-helper/dist/bin/mini-monitor',
  'monitor-helper/dist/bin/mini-pump',
  'runtime-core/dist/native/Release/mini_runtime.node',
  'seccomp/dist/native/Release/mini_seccomp.node',
  'seccomp/dist/filters',
] as const;

/**
 * Lets `import.meta.dirname` of our files mean their place in the executable, so that what they look for relative to it is
 * what was embedded; and `import.meta.url` of others' something that can be taken apart.
 */
export function followEmbeddedFiles(packageRoot: string): Plugin {
  const packages = dirname(packageRoot);
  return {
    name: 'embedded-files',
    setup({ onLoad }) {
      onLoad({ filter: /\.m?js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!/import\.meta\.(dirname|url)/.test(text)) return undefined;
        const place = path.includes('/node_modules/') ? 'cli/dist/bin/mini' : relative(packages, path);
        const file = join(EMBEDDED_ROOT, place);
        const contents = text
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(file)))
          .replaceAll('import.meta.url', JSON.stringify(`file://${file}`));
        return { contents, loader: 'js' };
      });
    },
  };
}
