import { join } from 'node:path';
import { findHelper } from '@mini/contracts';

export type InitHelperErrorCode = 'helper-missing';

let knownPath: string | undefined;

/**
 * Path of the static executable `mini-init`, for `Kernel.sealExecutable` and `LaunchRecord.helperFd`.
 * Throws `RuntimeError` `helper-missing` when it has not been built or cannot be read. Once found it is not looked for
 * again: every start asks, and what runs is a sealed copy.
 */
export function initHelperPath(path?: string): string {
  if (path !== undefined) return findHelper(path, 'init-helper');
  knownPath ??= findHelper(join(import.meta.dirname, '../bin/mini-init'), 'init-helper');
  return knownPath;
}
