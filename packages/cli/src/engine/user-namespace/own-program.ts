import { join } from 'node:path';

/** The words that run `mini` as it runs here: by Node or Bun from its package, or as the one file that needs neither. */
export function ownProgram(): string[] {
  const ownPackage = join(import.meta.dirname, '../../../..');
  // What a Bun executable holds has a path that nobody else can open.
  if (ownPackage.startsWith('/$bunfs/')) return [process.execPath];
  return [process.execPath, `${ownPackage}/dist/bin/mini.cjs`];
}
