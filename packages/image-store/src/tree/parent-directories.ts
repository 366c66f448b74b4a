import { closeSync, fstatSync, mkdirSync } from 'node:fs';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { toFsPath } from '../tar/byte-name.js';
import { HOLD_DIRECTORY, holdIn, pathIn } from './place.js';

const ENOENT = 2;
/** Entries come directory by directory: these are the ones on the way and their neighbours. */
const MOST_HELD = 32;

/** A directory that is held, for use until the next is asked for. */
export interface HeldDirectory {
  /** Of `O_PATH`. */
  readonly fd: number;
  readonly contents: DirectoryContents;
}

/** What is known of a directory, by whatever path it was reached. */
export interface DirectoryContents {
  /** That were spoken of while it was held. */
  readonly names: Set<string>;
  /** There are no others: it was made here, and has been held since. */
  isComplete: boolean;
}

interface Held extends HeldDirectory {
  readonly path: string;
  readonly inode: bigint;
}

/**
 * Directories below a root by their paths. Each is looked up by the kernel with the root as its `/` (RESOLVE_IN_ROOT),
 * so that no link, no `..` and nobody who swaps things meanwhile leads out of it. What is missing is made.
 */
export class ParentDirectories {
  readonly #held = new Map<string, Held>();
  #last: Held | undefined;

  constructor(
    readonly kernel: Kernel,
    readonly rootFd: number,
    /** What paths are relative to. */
    readonly base: string,
    /** Lets go of a descriptor. */
    readonly close: (fd: number) => void = closeSync,
  ) {}

  /** One that is held already. */
  find(names: readonly string[]): HeldDirectory | undefined {
    const path = this.#pathOf(names);
    if (path === this.#last?.path) return this.#last;
    const known = this.#held.get(path);
    if (known === undefined) return undefined;
    // The one used last goes last.
    this.#held.delete(path);
    this.#held.set(path, known);
    this.#last = known;
    return known;
  }

  /** Throws what `Kernel.openInRoot` and `node:fs` throw. */
  open(names: readonly string[]): HeldDirectory {
    const known = this.find(names);
    if (known !== undefined) return known;
    const path = this.#pathOf(names);
    const fd = this.#lookUp(path);
    return fd === undefined ? this.#make(names) : this.#hold(path, fd);
  }

  /** Goes on holding a directory that was just made, so that what is in it is known. */
  keep(names: readonly string[], fd: number): HeldDirectory {
    return this.#hold(this.#pathOf(names), fd, { names: new Set(), isComplete: true });
  }

  /** To be called when something was replaced: what is held may have lost its name. */
  forget(): void {
    for (const path of [...this.#held.keys()]) this.#drop(path);
  }

  #pathOf(names: readonly string[]): string {
    return names.length === 0 ? this.base : `${this.base}/${names.join('/')}`;
  }

  /** A link leads to a directory that may be held by its own path. */
  #hold(path: string, fd: number, made?: DirectoryContents): HeldDirectory {
    const inode = fstatSync(fd, { bigint: true }).ino;
    const same = made ?? [...this.#held.values()].find((each) => each.inode === inode)?.contents;
    const held = { fd, path, inode, contents: same ?? { names: new Set<string>(), isComplete: false } };
    this.#held.set(path, held);
    this.#last = held;
    if (this.#held.size > MOST_HELD) this.#drop(this.#held.keys().next().value!);
    return held;
  }

  #drop(path: string): void {
    if (this.#last?.path === path) this.#last = undefined;
    this.close(this.#held.get(path)!.fd);
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
  #make(names: readonly string[]): HeldDirectory {
    const path = this.#pathOf(names);
    const name = names.at(-1);
    if (name === undefined)
      return this.#hold(
        path,
        this.kernel.openInRoot(this.rootFd, toFsPath(this.base || '/'), HOLD_DIRECTORY),
      );
    const parent = this.open(names.slice(0, -1));
    parent.contents.names.add(name);
    try {
      mkdirSync(pathIn(parent.fd, name), 0o755);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return this.#hold(path, holdIn(parent.fd, name, HOLD_DIRECTORY));
    }
    return this.keep(names, holdIn(parent.fd, name, HOLD_DIRECTORY));
  }
}
