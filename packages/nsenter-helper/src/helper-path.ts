import { join } from 'node:path';
import { findHelper } from '@mini/contracts';

export type NsenterHelperErrorCode = 'helper-missing';

/**
 * Path of the static executable `mini-nsenter`, for `Kernel.sealExecutable` and `LaunchRecord.helperFd`.
 * Throws `RuntimeError` `helper-missing` when it has not been built or cannot be read.
 */
export function nsenterHelperPath(path = join(import.meta.dirname, '../bin/mini-nsenter')): string {
  return findHelper(path, 'nsenter-helper');
}
