import { isRuntimeError, reasonOf } from '@mini/contracts';
import { imageStoreError } from '../errors.js';

/** Runs `act`; what the file system says in it becomes `failed to <object>: <reason>`. Errors of ours go on as they are. */
export function storing<T>(object: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    if (typeof (error as NodeJS.ErrnoException).errno !== 'number') throw error;
    throw imageStoreError('store-io', `failed to ${object}: ${reasonOf(error)}`, { cause: error });
  }
}
