import { describeErrno, errnoOf, isRuntimeError, RuntimeError } from '@mini/contracts';
import type { StartErrorCode } from '../start/start-error.js';

/** The sentence for a container that has ended before it could be entered, or while it was. */
export function notRunningError(cause?: unknown): RuntimeError<StartErrorCode> {
  const errno = errnoOf('ESRCH');
  return new RuntimeError({
    code: 'container-not-running',
    message: `failed to enter the container: ${describeErrno(errno)}`,
    cause,
    context: { errno },
  });
}

/** What failed, or, when the container has ended, that: its end makes every step fail in a way of its own. */
export function execError(error: unknown, hasEnded: boolean): unknown {
  if (!hasEnded || !isRuntimeError(error)) return error;
  return error.code === 'start-failed' ? notRunningError(error) : error;
}
