import { type ErrorContext, isRuntimeError, RuntimeError, reasonOf } from '@mini/contracts';

/**
 * `state-directory` the store's own directory is unusable; `state-id`, `state-name` not of the right form;
 * `state-conflict` the id or name is taken; `state-missing` no such container; `state-ambiguous` several begin like that;
 * `state-corrupt` a file that cannot be believed; `state-locked` another process works on it; `state-io` a file call
 * failed.
 */
export type StateErrorCode =
  | 'state-directory'
  | 'state-id'
  | 'state-name'
  | 'state-conflict'
  | 'state-missing'
  | 'state-ambiguous'
  | 'state-corrupt'
  | 'state-locked'
  | 'state-io';

export type StateError = RuntimeError<StateErrorCode>;

/** The symbolic errno of an error that `node:fs` threw, such as `ENOENT`; `undefined` for any other value. */
export function errnoNameOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
}

export function stateError(code: StateErrorCode, message: string, context: ErrorContext = {}): StateError {
  return new RuntimeError({ code, message, context });
}

/** An error for `what` (`failed to <verb> <object>`), its reason taken from `cause`. */
export function wrapError(what: string, cause: unknown, code: StateErrorCode = 'state-io'): StateError {
  const { errno, syscall, path } = cause as NodeJS.ErrnoException;
  return new RuntimeError({
    code,
    message: `${what}: ${reasonOf(cause)}`,
    cause,
    context: {
      ...(typeof errno === 'number' && { errno: Math.abs(errno) }),
      ...(typeof syscall === 'string' && { syscall }),
      ...(typeof path === 'string' && { path }),
    },
  });
}

/** Runs `act`; what `node:fs` throws in it becomes an error for `what`. */
export function wrapping<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isRuntimeError(error) ? error : wrapError(what, error);
  }
}
