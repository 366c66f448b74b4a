import { unlinkSync } from 'node:fs';
import type { Kernel, RuntimeError } from '@mini/contracts';
import { explaining, imageStoreError, quoteText } from '../errors.js';
import type { TarEntry, TarMember } from '../tar/tar-entry.js';
import { splitEntryPath } from './entry-path.js';
import { ParentDirectories } from './parent-directories.js';
import { pathIn, statIn } from './place.js';
import { Turns } from './turns.js';
import {
  type FileRights,
  finishDirectory,
  makeDirectory,
  type OpenDirectory,
  type Place,
  writeFile,
  writeHardLink,
  writeNode,
  writeSymlink,
} from './write-file.js';

export interface UnpackOptions {
  /** The directory below the root that entries are relative to; the root itself unless told. */
  readonly directory?: string;
  /** What each file gets; unless told they belong to who unpacks, and keep no privileges. */
  readonly rightsOf?: (entry: TarEntry) => FileRights;
  readonly signal?: AbortSignal;
}

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  /** Of the contents of files; holes do not count. */
  readonly bytes: number;
}

/**
 * Unpacks members below a root that nobody is trusted in: each path is looked up with the root as its `/`, the last name
 * is never followed, and what stands there is replaced, not written into. Directories that are there are gone into and get
 * the entry's mode, owner and times; a directory never takes the place of anything else, nor the other way round. Throws
 * `RuntimeError` `unpack-failed`, `outside-root`, and what the members throw; what was unpacked before stays.
 */
export async function unpackTree(
  kernel: Kernel,
  rootFd: number,
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  const unpacking = new Unpacking(kernel, rootFd, options);
  try {
    for await (const member of members) await unpacking.add(member);
    unpacking.finish();
    return { files: unpacking.files, bytes: unpacking.bytes };
  } finally {
    unpacking.close();
  }
}

/** Belongs to who unpacks. */
const OURS: FileRights = { keepPrivileges: false };

class Unpacking {
  readonly #parents: ParentDirectories;
  readonly #rightsOf: (entry: TarEntry) => FileRights;
  readonly #turns: Turns;
  /** In the order they came: those further down last. */
  readonly #directories: (OpenDirectory & { readonly names: readonly string[] })[] = [];
  files = 0;
  bytes = 0;

  constructor(
    readonly kernel: Kernel,
    rootFd: number,
    { directory = '/', rightsOf = () => OURS, signal }: UnpackOptions,
  ) {
    this.#parents = new ParentDirectories(kernel, rootFd, directory.replace(/\/+$/, ''));
    this.#rightsOf = rightsOf;
    this.#turns = new Turns(signal);
  }

  async add(member: TarMember): Promise<void> {
    const { entry } = member;
    const names = splitEntryPath(entry.path);
    await this.#turns.pass();
    if (names.length === 0) {
      // The directory itself is whoever's named it: what is in it is meant.
      if (entry.type === 'directory') return;
      throw unpackFailed(entry.path, 'it would take the place of the directory');
    }
    const { place, exists } = this.#failing(entry, () => this.#clear(names, entry));
    const rights = this.#rightsOf(entry);
    this.files++;
    if (entry.type === 'file') await this.#addFile(place, member, rights);
    else this.#failing(entry, () => this.#addOther(place, entry, names, rights, exists));
  }

  /** Modes and times of directories, which are changed by what is put into them. */
  finish(): void {
    for (const { names, ...directory } of this.#directories.reverse()) {
      this.#failing(directory.entry, () =>
        finishDirectory(this.#placeOf(names), directory, this.#rightsOf(directory.entry)),
      );
    }
  }

  close(): void {
    this.#parents.forget();
  }

  async #addFile(place: Place, member: TarMember, rights: FileRights): Promise<void> {
    try {
      this.bytes += await writeFile(place, member, rights, this.#turns);
    } catch (error) {
      // An abort is the caller's own word.
      this.#turns.signal?.throwIfAborted();
      this.#failing(member.entry, () => {
        throw error;
      });
    }
  }

  #addOther(
    place: Place,
    entry: TarEntry,
    names: readonly string[],
    rights: FileRights,
    exists: boolean,
  ): void {
    if (entry.type === 'directory') {
      this.#directories.push({ ...makeDirectory(place, entry, rights, exists), names });
    } else if (entry.type === 'symlink') {
      writeSymlink(place, entry, rights);
    } else if (entry.type === 'link') {
      this.#addHardLink(entry, names);
    } else {
      writeNode(place, entry, rights);
    }
  }

  /** The target is an entry's path: below the same directory, whatever it looks like. */
  #addHardLink(entry: TarEntry, names: readonly string[]): void {
    const target = splitEntryPath(entry.linkPath ?? '', entry.path);
    if (target.length === 0) throw unpackFailed(entry.path, 'it is another name of a directory');
    const { directoryFd, name } = this.#placeOf(target);
    writeHardLink(this.#placeOf(names), { directoryFd, name });
  }

  #placeOf(names: readonly string[]): Place {
    return { kernel: this.kernel, directoryFd: this.#parents.open(names.slice(0, -1)), name: names.at(-1)! };
  }

  /** The place of an entry, with whatever stood there gone unless it is a directory to go into. */
  #clear(names: readonly string[], { path, type }: TarEntry): { place: Place; exists: boolean } {
    const place = this.#placeOf(names);
    const status = statIn(place.directoryFd, place.name);
    if (status === undefined) return { place, exists: false };
    if (type === 'directory') {
      if (status.isDirectory()) return { place, exists: true };
      throw unpackFailed(path, 'something else than a directory stands in the way of one');
    }
    if (status.isDirectory()) throw unpackFailed(path, 'a directory stands in the way of something else');
    unlinkSync(pathIn(place.directoryFd, place.name));
    // Paths that went through a link mean something else now.
    if (status.isSymbolicLink()) this.#parents.forget();
    return { place: this.#placeOf(names), exists: false };
  }

  #failing<T>({ path }: TarEntry, act: () => T): T {
    return explaining('unpack-failed', `unpack ${quoteText(path)}`, act);
  }
}

function unpackFailed(path: string, reason: string): RuntimeError {
  return imageStoreError('unpack-failed', `failed to unpack ${quoteText(path)}: ${reason}`);
}
