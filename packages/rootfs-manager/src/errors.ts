import { type ErrorContext, RuntimeError } from '@mini/contracts';

/** Codes of the errors that this package throws. */
export type RootfsErrorCode =
  /** A field of the Spec about mounts, devices or paths cannot be compiled. */
  | 'bad-spec'
  /** The root is missing, is no directory, or cannot be opened. */
  | 'bad-root'
  /** The root could not be put together: an overlay or its directories. */
  | 'root-failed'
  /** The user or a group is not what it must be, or is not in the root's account files. */
  | 'bad-user';

export function rootfsError(
  code: RootfsErrorCode,
  message: string,
  options: { cause?: unknown; context?: ErrorContext } = {},
): RuntimeError<RootfsErrorCode> {
  return new RuntimeError({ code, message, ...options });
}

/** A field of the Spec and what is wrong with it, as `mounts[1].destination` and `"x" is not an absolute path`. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** One error for all that is wrong: nobody likes to correct a file one field at a time. */
export function badSpec(object: string, problems: readonly FieldProblem[]): RuntimeError<RootfsErrorCode> {
  const sentences = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ');
  const field = problems[0]?.field;
  return rootfsError('bad-spec', `failed to compile ${object}: ${sentences}`, {
    context: { ...(field === undefined ? {} : { field }), problems },
  });
}
