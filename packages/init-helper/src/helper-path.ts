import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeErrno, RuntimeError } from '@mini/contracts';

export type InitHelperErrorCode = 'helper-missing';

let knownPath: string | undefined;

/**
 * Path of the static executable `mini-init`, for `Kernel.sealExecutable` and `LaunchRecord.helperFd`.
 * Throws `RuntimeError` `helper-missing` when it has not been built or cannot be read. Once found it is not looked for
 * again: every start asks, and what runs is a sealed copy.
 */
export function initHelperPath(path?: string): string {
  if (path !== undefined) return checkHelper(path);
  knownPath ??= checkHelper(fileURLToPath(new URL('../bin/mini-init', import.meta.url)));
  return knownPath;
}

function checkHelper(path: string): string {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return path;
  } catch (cause) {
    const errno = Math.abs((cause as NodeJS.ErrnoException).errno ?? 0);
    throw new RuntimeError<InitHelperErrorCode>({
      code: 'helper-missing',
      message: `failed to find the helper "mini-init": ${describeErrno(errno)} "${path}"`,
      cause,
      context: { errno, hint: 'build it with "npx nx build init-helper"' },
    });
  }
}
