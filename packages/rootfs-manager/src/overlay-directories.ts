import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { rootfsError } from './errors.js';
import { errnoReason } from './open-directory.js';

const PERMISSIONS = 0o7777;

/**
 * `upper` and `work` in `space`. The upper directory is what the container sees as the directory the overlay is
 * mounted on, so it takes mode and owner from `lower`. Ones that exist are those of an earlier start, and stay.
 */
export function makeOverlayDirectories(space: string, lower: string): { upper: string; work: string } {
  const [upper, work] = [join(space, 'upper'), join(space, 'work')];
  try {
    if (mkdirSync(upper, { recursive: true, mode: 0o700 }) !== undefined) copyAttributes(lower, upper);
    mkdirSync(work, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw rootfsError(
      'root-failed',
      `failed to make the directories of the overlay in "${space}": ${errnoReason(error)}`,
      { cause: error },
    );
  }
  return { upper, work };
}

/** Owner before mode: a change of the owner takes setuid and setgid away. */
export function copyAttributes(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from);
  chownSync(to, uid, gid);
  chmodSync(to, mode & PERMISSIONS);
}
