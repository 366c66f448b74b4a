import { RuntimeError } from '@mini/contracts';

/** What this package throws: a profile that cannot be meant, or no compiler for it. */
export type SeccompErrorCode = 'bad-seccomp' | 'library-missing';

/** A profile that is refused; `field` is the first wrong one. */
export function badSeccomp(field: string, reason: string, cause?: unknown): RuntimeError<SeccompErrorCode> {
  return new RuntimeError({
    code: 'bad-seccomp',
    message: `failed to compile the seccomp filter: ${reason} (${field})`,
    cause,
    context: { field },
  });
}

/** A profile with faults that are no field of a Spec; all of them are said. */
export function badProfile(problems: readonly string[]): RuntimeError<SeccompErrorCode> {
  return new RuntimeError({
    code: 'bad-seccomp',
    message: `failed to read the seccomp profile: ${problems.join('; ')}`,
  });
}
