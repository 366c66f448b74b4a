import { rmSync, writeFileSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import type { Cleanup } from './cleanup.js';

/** Writes the full id to a new file, without a line feed. Throws `RuntimeError` `cidfile` when the file exists. */
export function writeCidfile(path: string, id: string, undo: Cleanup): void {
  try {
    writeFileSync(path, id, { flag: 'wx' });
  } catch (error) {
    throw new RuntimeError({
      code: 'cidfile',
      message: `failed to write the id to "${path}" (--cidfile): ${reasonOf(error)}`,
      cause: error,
    });
  }
  undo.add(() => rmSync(path, { force: true }));
}
