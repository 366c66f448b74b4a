import { constants } from 'node:os';
import { loadUtil } from './late-builtins.js';

/** What `RuntimeError` can carry beside its sentence; all of it is data, for programs and for the log. */
export interface ErrorContext {
  /** Number of the failed system call's errno, positive, as in errno(3). */
  readonly errno?: number;
  /** Name of the system call that failed, as in syscalls(2). */
  readonly syscall?: string;
  /** The field of the OCI Spec, option or file the failure comes from, such as `mounts[0]`. */
  readonly field?: string;
  /** One thing that the user can do about it; printed as a second line, `hint: …`. */
  readonly hint?: string;
  /** What else went wrong while cleaning up after this error. */
  readonly cleanup?: readonly Error[];
  readonly [key: string]: unknown;
}

/** Options of the `RuntimeError` constructor. */
export interface RuntimeErrorOptions<Code extends string> {
  readonly code: Code;
  readonly message: string;
  readonly cause?: unknown;
  readonly context?: ErrorContext;
}

/**
 * The one error class of mini. Its message has the form `failed to <verb> <object>: <reason>`: lower case,
 * no full stop, values quoted. Each package narrows `Code` to its own union.
 */
export class RuntimeError<Code extends string = string> extends Error {
  override readonly name = 'RuntimeError';
  readonly code: Code;
  readonly context: ErrorContext;

  constructor({ code, message, cause, context = {} }: RuntimeErrorOptions<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.context = context;
  }

  /** The same error with the failures of its clean-up attached: beside it, never instead of it. */
  withCleanup(failures: readonly Error[]): RuntimeError<Code> {
    if (failures.length === 0) return this;
    const cleanup = [...(this.context.cleanup ?? []), ...failures];
    return new RuntimeError({
      code: this.code,
      message: this.message,
      cause: this.cause,
      context: { ...this.context, cleanup },
    });
  }
}

/** Whether `error` is a `RuntimeError`, also when it was made by another copy of this package. */
export function isRuntimeError(error: unknown): error is RuntimeError {
  return error instanceof Error && error.name === 'RuntimeError' && 'code' in error && 'context' in error;
}

/**
 * Texts of errno(3) that libuv's table, made for network and file calls, does not have; and the one of what is often no
 * failure, a file that may be missing, for which nobody is to load `node:util`.
 */
const OWN_TEXTS: Readonly<Record<string, string>> = {
  EBADMSG: 'bad message',
  ECHILD: 'no child processes',
  EDEADLK: 'resource deadlock avoided',
  ENODATA: 'no data available',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
  ENOLCK: 'no locks available',
  ESTALE: 'stale file handle',
};

/** `1` ▶ `EPERM`; `undefined` for a number that this machine has no name for. Source: errno(3). */
export function errnoName(errno: number): string | undefined {
  return Object.entries(constants.errno).find(([, number]) => number === errno)?.[0];
}

/** `1` ▶ `EPERM operation not permitted`; an unknown number ▶ `errno 999`. Source: errno(3). */
export function describeErrno(errno: number): string {
  const name = errnoName(errno);
  const own = OWN_TEXTS[name ?? ''];
  if (own !== undefined) return `${name} ${own}`;
  const known = loadUtil().getSystemErrorMap().get(-errno);
  if (known !== undefined) return `${known[0]} ${known[1]}`;
  return name === undefined ? `errno ${errno}` : `${name} errno ${errno}`;
}

/** The number of an errno by its name: `EPERM` ▶ 1. Throws `TypeError` for a name that this kernel lacks. */
export function errnoOf(name: string): number {
  const errno = (constants.errno as Record<string, number>)[name];
  if (errno === undefined) throw new TypeError(`unknown errno "${name}"`);
  return errno;
}

/** The sentence of an unknown thrown value, for the `<reason>` of a message. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return typeof errno === 'number' && !isRuntimeError(error) ? describeErrno(Math.abs(errno)) : error.message;
}
