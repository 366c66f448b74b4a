import { errnoName, isRuntimeError, RuntimeError } from '@mini/contracts';

/** Texts of strerror(3), as Go writes them and callers look for them. */
const TEXTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  E2BIG: 'argument list too long',
  ENOMEM: 'cannot allocate memory',
  EIO: 'input/output error',
  EINVAL: 'invalid argument',
  ETXTBSY: 'text file busy',
};

/**
 * A command that cannot be run, in the words of Go's os/exec, which runc's callers tell 126 and 127 by. Any other error
 * as it is.
 */
export function describeStartFailure(error: unknown): unknown {
  if (!isRuntimeError(error)) return error;
  const { step, errno } = error.context;
  const file = error.context.file;
  if ((step !== 'find_exec' && step !== 'exec') || errno === undefined || typeof file !== 'string')
    return error;
  return new RuntimeError({
    code: error.code,
    message: `failed to start the process of the container: exec: ${JSON.stringify(file)}: ${reason(step, file, errno)}`,
    cause: error,
    context: error.context,
  });
}

function reason(step: 'find_exec' | 'exec', file: string, errno: number): string {
  const name = errnoName(errno) ?? '';
  const text = TEXTS[name] ?? `errno ${errno}`;
  if (step === 'exec') return text;
  if (!file.includes('/')) return name === 'ENOENT' ? 'executable file not found in $PATH' : text;
  return name === 'ENOENT' || name === 'ENOTDIR' ? `stat ${file}: ${text}` : text;
}
