import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';
import type { Cleanup } from './cleanup.js';

/**
 * Writes the full id to a new file, without a line feed. Throws `RuntimeError` `cidfile` when the file exists or there is
 * no space for it; what it had made goes with `undo`.
 */
export function writeCidfile(path: string, id: string, undo: Cleanup): void {
  try {
    const file = openSync(path, 'wx');
    undo.add(() => rmSync(path, { force: true }));
    try {
      writeFileSync(file, id);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new RuntimeError({
      code: 'cidfile',
      message: `failed to write the id to "${path}" (--cidfile): ${reasonOf(error)}`,
      cause: error,
    });
  }
}
