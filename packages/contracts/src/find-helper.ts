import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { describeErrno, RuntimeError } from './errors.js';

/**
 * `path`, at which a package has a helper program, for `Kernel.sealExecutable`: to be read only, for what runs is a sealed
 * copy. Throws `RuntimeError` `helper-missing` when it cannot be read. `project` is what builds it.
 */
export function findHelper(path: string, project: string): string {
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (cause) {
    const errno = Math.abs((cause as NodeJS.ErrnoException).errno ?? 0);
    throw new RuntimeError({
      code: 'helper-missing',
      message: `failed to find the helper "${basename(path)}": ${describeErrno(errno)} "${path}"`,
      cause,
      context: { errno, hint: `build it with "npx nx build ${project}"` },
    });
  }
}
