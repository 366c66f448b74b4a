import { isRuntimeError, RuntimeError, reasonOf } from '@mini/contracts';
import { CopyProblem } from './copy-rules.js';

export type CopyErrorCode = 'copy-failed' | 'bad-path';

/** Runs `act`; what is wrong with a path becomes a sentence about it. Errors that are sentences already go on as they are. */
export function explaining<T>(object: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const isRaw = error instanceof CopyProblem || typeof (error as NodeJS.ErrnoException).errno === 'number';
    if (!isRaw && !(isRuntimeError(error) && error.code === 'kernel')) throw error;
    // The Kernel's sentences end with the reason.
    const reason = reasonOf(error).replace(/^.*: (?=E[A-Z0-9]+ )/s, '');
    throw copyError(`failed to copy ${object}: ${reason}`, error);
  }
}

export function copyError(message: string, cause?: unknown): RuntimeError<CopyErrorCode> {
  return new RuntimeError({ code: 'copy-failed', message, cause });
}
