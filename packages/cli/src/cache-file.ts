import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** What nobody has made anew for this long is removed: it is of another version, or of a profile that is gone. */
const MAX_AGE_MS = 30 * 24 * 3600 * 1000;
/** Kinds of files that this package keeps there. */
const OURS = /\.(code|filter)(\.\d+)?$/;

/**
 * Writes a file of the cache whole or not at all: another process may read at any time. `create` makes the contents. Any
 * trouble means: no cache.
 */
export function writeCacheFile(directory: string, name: string, create: () => Uint8Array): void {
  const file = `${directory}/${name}`;
  const temporary = `${file}.${process.pid}`;
  try {
    removeOld(directory);
    writeFileSync(temporary, create(), { mode: 0o600, flag: 'wx' });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function removeOld(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = `${directory}/${name}`;
    if (OURS.test(name) && Date.now() - statSync(path).mtimeMs > MAX_AGE_MS) rmSync(path, { force: true });
  }
}
