import { type ErrorContext, isRuntimeError, RuntimeError, reasonOf } from '@mini/contracts';

/**
 * What can go wrong with a control group:
 * `cgroup-unavailable` no cgroups, or not this controller, on this machine; `cgroup-denied` we may not make or
 * change it; `cgroup-path` a path that is none; `cgroup-exists` it is there and in use; `cgroup-create` a
 * directory could not be made; `cgroup-write` the kernel refused a value; `cgroup-resources` limits that
 * contradict each other; `cgroup-read` a control file could not be read; `cgroup-busy` something is still in it; `cgroup-timeout` the kernel took too long.
 */
export type CgroupErrorCode =
  | 'cgroup-unavailable'
  | 'cgroup-denied'
  | 'cgroup-path'
  | 'cgroup-exists'
  | 'cgroup-create'
  | 'cgroup-write'
  | 'cgroup-read'
  | 'cgroup-resources'
  | 'cgroup-busy'
  | 'cgroup-timeout';

export type CgroupError = RuntimeError<CgroupErrorCode>;

/** The symbolic errno of an error that `node:fs` threw, such as `ENOENT`; `undefined` for any other value. */
export function errnoNameOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined;
}

/** Whether the errno means that we lack permission, rather than that the request is wrong. */
export function isDenied(thrown: unknown): boolean {
  const name = errnoNameOf(thrown);
  return name === 'EACCES' || name === 'EPERM' || name === 'EROFS';
}

/** An error of this package for `what` (`failed to <verb> <object>`), its reason taken from `cause`. */
export function wrapError(
  code: CgroupErrorCode,
  what: string,
  cause: unknown,
  context: ErrorContext = {},
): CgroupError {
  const { errno, syscall } = cause as NodeJS.ErrnoException;
  return new RuntimeError({
    code,
    message: `${what}: ${reasonOf(cause)}`,
    cause,
    context: {
      ...(typeof errno === 'number' && { errno: Math.abs(errno) }),
      ...(typeof syscall === 'string' && { syscall }),
      ...context,
    },
  });
}

/** An error of this package with a reason of its own. */
export function cgroupError(code: CgroupErrorCode, message: string, context: ErrorContext = {}): CgroupError {
  return new RuntimeError({ code, message, context });
}

/** A limit that cannot be set here, or nowhere; `field` is the member of the Spec that asks for it. */
export function limitError(
  code: 'cgroup-unavailable' | 'cgroup-resources',
  field: string,
  reason: string,
): CgroupError {
  return cgroupError(code, `failed to limit resources (${field}): ${reason}`, { field });
}

/** Runs `act`; what `node:fs` throws in it becomes an error for `what`. */
export function wrapping<T>(code: CgroupErrorCode, what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw isRuntimeError(error) ? error : wrapError(code, what, error);
  }
}
