import { mkdirSync } from 'node:fs';
import { RuntimeError, reasonOf } from '@mini/contracts';

/** Makes a directory that only its owner enters, and those above it. Throws `RuntimeError` `no-directory`. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new RuntimeError({
      code: 'no-directory',
      message: `failed to make the directory "${path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
