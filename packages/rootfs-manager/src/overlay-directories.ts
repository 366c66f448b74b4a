import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isRuntimeError } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { errnoReason } from './open-directory.js';

const PERMISSIONS = 0o7777;

/**
 * `upper` and `work` in `space`. The upper directory is what the container sees as the directory the overlay is
 * mounted on, so it takes mode and owner from `lower`. One that exists is that of an earlier start, and stays.
 * `populate` writes into it what it must hold before it is mounted; a new one gets its name only after that, so that
 * a start that was killed half-way leaves none that hides only half of what it should.
 */
export function makeOverlayDirectories(
  space: string,
  lower: string,
  populate: (upper: string) => void = () => {},
): { upper: string; work: string } {
  const [upper, work] = [join(space, 'upper'), join(space, 'work')];
  try {
    if (existsSync(upper)) populate(upper);
    else makeUpper(upper, lower, populate);
    mkdirSync(work, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw rootfsError(
      'root-failed',
      `failed to make the directories of the overlay in "${space}": ${describe(error)}`,
      { cause: error },
    );
  }
  return { upper, work };
}

function makeUpper(upper: string, lower: string, populate: (upper: string) => void): void {
  const unfinished = `${upper}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  populate(unfinished);
  copyAttributes(lower, unfinished);
  renameSync(unfinished, upper);
}

/**
 * Owner before mode: a change of the owner takes setuid and setgid away. Who may not give files away keeps them: in
 * the user namespace they then belong to its root.
 */
export function copyAttributes(from: string, to: string): void {
  const { mode, uid, gid } = statSync(from);
  if (process.geteuid?.() === 0) chownSync(to, uid, gid);
  chmodSync(to, mode & PERMISSIONS);
}

/** Node's own errors name neither the call nor the path in their errno: both matter where many files are written. */
function describe(error: unknown): string {
  const { path } = error as NodeJS.ErrnoException;
  const reason = errnoReason(error);
  return path === undefined || isRuntimeError(error) ? reason : `"${path}": ${reason}`;
}
