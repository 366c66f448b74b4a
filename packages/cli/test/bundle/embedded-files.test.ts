import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'ava';
import { EMBEDDED_FILES } from '../../bundle/embedded-files.js';

const packages = new URL('../../../../', import.meta.url).pathname;

/** What compiled files of the packages look for relative to themselves, from the directory of packages. */
function listLookedUp(): string[] {
  return readdirSync(packages).flatMap((name) => {
    const root = join(packages, name, 'dist/src');
    if (!existsSync(root)) return [];
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    // Programs that write files of the checkout are in no bundle.
    const bundled = files.filter((file) => file.endsWith('.js') && !/(^|\/)generate[-/]/.test(file));
    return bundled.flatMap((file) => lookUps(join(root, file)));
  });
}

function lookUps(file: string): string[] {
  const matches = readFileSync(file, 'utf8').matchAll(
    /join\(import\.meta\.dirname,\s*['"`]([^'"`]+)['"`]\)/g,
  );
  return [...matches].map(([, path = '']) => relative(packages, join(dirname(file), path)));
}

test('what packages look for at run time is in the executable', (t) => {
  const found = listLookedUp();
  t.true(found.length >= 6, found.join());
  // Of a name that is put together at run time, what stands before it.
  const isEmbedded = (path: string) =>
    EMBEDDED_FILES.some((each) => path.startsWith(each) || each.startsWith(path.replace(/\$\{.*/, '')));
  t.deepEqual(
    found.filter((path) => !isEmbedded(path)),
    [],
  );
});

test('what is put into the executable has been built', (t) => {
  t.deepEqual(
    EMBEDDED_FILES.filter((path) => !existsSync(join(packages, path))),
    [],
  );
});
