import { closeSync, mkdirSync } from 'node:fs';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { toFsPath } from '../tar/byte-name.js';
import { HOLD_DIRECTORY, holdIn, pathIn } from './place.js';

const ENOENT = 2;
/** Entries come directory by directory: these are the ones on the way and their neighbours. */
const MOST_HELD = 32;

/**
 * Directories below a root by their paths. Each is looked up by the kernel with the root as its `/` (RESOLVE_IN_ROOT),
 * so that no link, no `..` and nobody who swaps things meanwhile leads out of it. What is missing is made.
 */
export class ParentDirectories {
  readonly #held = new Map<string, number>();

  constructor(
    readonly kernel: Kernel,
    readonly rootFd: number,
    /** What paths are relative to. */
    readonly base: string,
  ) {}

  /** A descriptor of `O_PATH`, for use until the next call. Throws what `Kernel.openInRoot` and `node:fs` throw. */
  open(names: readonly string[]): number {
    const path = [this.base, ...names].join('/');
    const known = this.#held.get(path);
    if (known !== undefined) {
      // The one used last goes last.
      this.#held.delete(path);
      this.#held.set(path, known);
      return known;
    }
    const fd = this.#lookUp(path) ?? this.#make(names);
    this.#held.set(path, fd);
    if (this.#held.size > MOST_HELD) this.#drop(this.#held.keys().next().value!);
    return fd;
  }

  /** To be called when something was replaced: what is held may have lost its name. */
  forget(): void {
    for (const path of [...this.#held.keys()]) this.#drop(path);
  }

  #drop(path: string): void {
    closeSync(this.#held.get(path)!);
    this.#held.delete(path);
  }

  #lookUp(path: string): number | undefined {
    try {
      return this.kernel.openInRoot(this.rootFd, toFsPath(path === '' ? '/' : path), HOLD_DIRECTORY);
    } catch (error) {
      if (isRuntimeError(error) && error.context.errno === ENOENT) return undefined;
      throw error;
    }
  }

  /** One name at a time; a name that has come meanwhile must be a directory and no link. */
  #make(names: readonly string[]): number {
    const name = names.at(-1);
    if (name === undefined)
      return this.kernel.openInRoot(this.rootFd, toFsPath(this.base || '/'), HOLD_DIRECTORY);
    const parent = this.open(names.slice(0, -1));
    try {
      mkdirSync(pathIn(parent, name), 0o755);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return holdIn(parent, name, HOLD_DIRECTORY);
  }
}
