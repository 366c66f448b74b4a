import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootfsError } from './errors.js';
import { errnoReason } from './open-directory.js';

/**
 * Removes a directory with all that is in it: a container's own with its upper and work directories, or the
 * `extraDirectory` of its root. Nothing is followed out of it. Without privileges that needs a second go, since the
 * kernel leaves a work directory of mode 0, and the container may have closed directories of its own. It is no error
 * when the directory is gone. Throws `RuntimeError` `root-failed`.
 */
export function removeTree(path: string): void {
  try {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
      openDirectories(path);
      rmSync(path, { recursive: true, force: true });
    }
  } catch (error) {
    throw rootfsError('root-failed', `failed to remove "${path}": ${errnoReason(error)}`, { cause: error });
  }
}

function openDirectories(path: string): void {
  if (!lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openDirectories(join(path, name));
}
