import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The words that run `mini` as it runs here: by Node or Bun from its package, or as the one file that needs neither. */
export function ownProgram(): string[] {
  const manifest = fileURLToPath(new URL('../../../../package.json', import.meta.url));
  // What a Bun executable holds has a path that nobody else can open.
  if (manifest.startsWith('/$bunfs/')) return [process.execPath];
  return [process.execPath, `${dirname(manifest)}/dist/bin/mini.cjs`];
}
