import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeErrno, RuntimeError } from '@mini/contracts';

export type NsenterHelperErrorCode = 'helper-missing';

/**
 * Path of the static executable `mini-nsenter`, for `Kernel.sealExecutable` and `LaunchRecord.helperFd`.
 * Throws `RuntimeError` `helper-missing` when it has not been built or cannot be read.
 */
export function nsenterHelperPath(
  path = fileURLToPath(new URL('../bin/mini-nsenter', import.meta.url)),
): string {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return path;
  } catch (cause) {
    const errno = Math.abs((cause as NodeJS.ErrnoException).errno ?? 0);
    throw new RuntimeError<NsenterHelperErrorCode>({
      code: 'helper-missing',
      message: `failed to find the helper "mini-nsenter": ${describeErrno(errno)} "${path}"`,
      cause,
      context: { errno, hint: 'build it with "npx nx build nsenter-helper"' },
    });
  }
}
