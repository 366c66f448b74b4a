import { isRuntimeError, reasonOf } from '@mini/contracts';
import { imageStoreError } from '../errors.js';

/** Runs `act`; what the file system says in it becomes `failed to <object>: <reason>`. Errors of ours go on as they are. */
export function storing<T>(object: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw explain(object, error);
  }
}

/** The same for an act that takes its time. */
export async function storingAsync<T>(object: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw explain(object, error);
  }
}

function explain(object: string, error: unknown): unknown {
  if (isRuntimeError(error) || typeof (error as NodeJS.ErrnoException).errno !== 'number') return error;
  return imageStoreError('store-io', `failed to ${object}: ${reasonOf(error)}`, { cause: error });
}
