import type { CgroupFiles } from './cgroup-files.js';
import { listAncestors } from './cgroup-path.js';
import { cgroupError, errnoNameOf, isDenied, wrapError } from './errors.js';

/** Makes directories and remembers which, so that a failure can take back its own and nothing else. */
export class DirectoryMaker {
  readonly #made: string[] = [];
  readonly #files: CgroupFiles;

  constructor(files: CgroupFiles) {
    this.#files = files;
  }

  /** Makes the groups above `path` where they are missing. */
  makeAncestors(mountPoint: string, path: string): void {
    for (const ancestor of listAncestors(path)) {
      const directory = `${mountPoint}${ancestor}`;
      try {
        this.#make(directory);
      } catch (error) {
        if (errnoNameOf(error) !== 'EEXIST') throw describeFailure(directory, error);
      }
    }
  }

  /** Makes the group itself, new: one left over from before, empty, is made anew so that it has no old limits. */
  makeLeaf(mountPoint: string, path: string): void {
    const directory = `${mountPoint}${path}`;
    for (let attempt = 0; ; attempt += 1) {
      try {
        this.#make(directory);
        return;
      } catch (error) {
        const name = errnoNameOf(error);
        // ENOENT: the groups above are missing, or were just removed by another that cleans up.
        if (name === 'ENOENT' && attempt < 3) this.makeAncestors(mountPoint, path);
        else if (name === 'EEXIST' && attempt < 3) {
          if (!this.#clearLeftover(directory)) return;
        } else throw describeFailure(directory, error);
      }
    }
  }

  /** Removes what was made, newest first, and returns what failed. A group that others use by now stays. */
  undo(): Error[] {
    return this.#made
      .splice(0)
      .reverse()
      .flatMap((directory) => {
        try {
          this.#files.removeDirectory(directory);
          return [];
        } catch (error) {
          if (['ENOENT', 'EBUSY', 'ENOTEMPTY'].includes(errnoNameOf(error) ?? '')) return [];
          return [wrapError('cgroup-busy', `failed to remove cgroup "${directory}"`, error)];
        }
      });
  }

  #make(directory: string): void {
    this.#files.makeDirectory(directory);
    this.#made.push(directory);
  }

  /**
   * `true` when the left-over is gone; `false` when it is empty but not ours to remove (an administrator prepared it
   * for us), and so to be used as it is.
   */
  #clearLeftover(directory: string): boolean {
    try {
      this.#files.removeDirectory(directory);
      return true;
    } catch (error) {
      if (errnoNameOf(error) === 'ENOENT') return true;
      if (isDenied(error) && this.#files.read(`${directory}/cgroup.procs`) === '') return false;
      throw cgroupError(
        'cgroup-exists',
        `failed to create cgroup "${directory}": it exists already and is in use`,
        {
          path: directory,
        },
      );
    }
  }
}

function describeFailure(directory: string, error: unknown): Error {
  if (!isDenied(error)) return wrapError('cgroup-create', `failed to create cgroup "${directory}"`, error);
  return wrapError('cgroup-denied', `failed to create cgroup "${directory}"`, error, {
    hint: 'run as root, or in a group that is delegated to you (systemd-run --user --scope -p Delegate=yes)',
  });
}
