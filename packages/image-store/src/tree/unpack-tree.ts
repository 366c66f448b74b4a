import { mkdirSync, unlinkSync } from 'node:fs';
import { isRuntimeError, type Kernel, type RuntimeError } from '@mini/contracts';
import { explaining, imageStoreError, quoteText } from '../errors.js';
import type { TarEntry, TarMember } from '../tar/tar-entry.js';
import { splitEntryPath } from './entry-path.js';
import {
  clearPlace,
  type LayerMark,
  markOpaque,
  type OverlayMarks,
  readMark,
  writeWhiteout,
} from './overlay-marks.js';
import { ParentDirectories } from './parent-directories.js';
import { pathIn, statIn } from './place.js';
import { Turns } from './turns.js';
import {
  type FileRights,
  finishDirectory,
  finishHeld,
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
  /**
   * The members are a layer of an image, to become one of an overlay: whiteouts are written as overlays know them, and an
   * entry takes the place of whatever an earlier one put there. The root is to be ours alone.
   */
  readonly marks?: OverlayMarks;
  readonly signal?: AbortSignal;
}

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  /** Of the contents of files; holes do not count. */
  readonly bytes: number;
  /** Nothing of the layers below shows: an overlay has no mark for that on the directory that it is mounted on. */
  readonly isRootOpaque?: true;
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
    const { files, bytes, isRootOpaque } = unpacking;
    return { files, bytes, ...(isRootOpaque ? { isRootOpaque } : {}) };
  } finally {
    unpacking.close();
  }
}

const EEXIST = 17;
/** Belongs to who unpacks. */
const OURS: FileRights = { keepPrivileges: false };

class Unpacking {
  readonly #parents: ParentDirectories;
  readonly #rightsOf: (entry: TarEntry) => FileRights;
  readonly #turns: Turns;
  /** In the order they came: those further down last. */
  #directories: (OpenDirectory & { readonly names: readonly string[] })[] = [];
  readonly #marks: OverlayMarks | undefined;
  #rootEntry: TarEntry | undefined;
  files = 0;
  bytes = 0;
  isRootOpaque = false;

  constructor(
    readonly kernel: Kernel,
    readonly rootFd: number,
    { directory = '/', rightsOf = () => OURS, marks, signal }: UnpackOptions,
  ) {
    this.#parents = new ParentDirectories(kernel, rootFd, directory.replace(/\/+$/, ''));
    this.#rightsOf = rightsOf;
    this.#marks = marks;
    this.#turns = new Turns(signal);
  }

  async add(member: TarMember): Promise<void> {
    const { entry } = member;
    const names = splitEntryPath(entry.path);
    await this.#turns.pass();
    if (names.length === 0) {
      // The directory itself is whoever's named it, what is in it is meant; that of a layer is the layer's.
      if (entry.type === 'directory') {
        this.#rootEntry = entry;
        return;
      }
      throw unpackFailed(entry.path, 'it would take the place of the directory');
    }
    const mark = this.#marks && readMark(names, entry);
    if (mark !== undefined) return this.#failing(entry, () => this.#addMark(mark, this.#marks!));
    const rights = this.#rightsOf(entry);
    this.files++;
    // Mostly nothing stands there, and the kernel says so where something does: that is cheaper than to look first.
    try {
      await this.#make(
        this.#failing(entry, () => this.#placeOf(names)),
        member,
        names,
        rights,
        false,
      );
    } catch (error) {
      if (!isExisting(error)) throw error;
      const { place, exists } = this.#failing(entry, () => this.#clear(names, entry));
      await this.#make(place, member, names, rights, exists);
    }
  }

  /** Modes and times of directories, which are changed by what is put into them. */
  finish(): void {
    for (const { names, ...directory } of this.#directories.reverse()) {
      this.#failing(directory.entry, () =>
        finishDirectory(this.#placeOf(names), directory, this.#rightsOf(directory.entry)),
      );
    }
    const entry = this.#rootEntry;
    if (entry === undefined || this.#marks === undefined) return;
    this.#failing(entry, () => finishHeld(this.kernel, this.rootFd, entry, this.#rightsOf(entry)));
  }

  close(): void {
    this.#parents.forget();
  }

  async #make(
    place: Place,
    member: TarMember,
    names: readonly string[],
    rights: FileRights,
    exists: boolean,
  ): Promise<void> {
    const { entry } = member;
    if (entry.type === 'file') await this.#addFile(place, member, rights);
    else this.#failing(entry, () => this.#addOther(place, entry, names, rights, exists));
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

  #addMark(mark: LayerMark, marks: OverlayMarks): void {
    if (mark.kind === 'ignored') return;
    if (mark.names.length === 0) this.isRootOpaque = true;
    else if (mark.kind === 'whiteout') writeWhiteout(this.#placeOf(mark.names), marks);
    else {
      this.#parents.open(mark.names);
      markOpaque(this.#placeOf(mark.names), marks);
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
    } else if (entry.type === 'fifo' || this.#marks !== 'user') {
      writeNode(place, entry, rights);
    }
    // No user may make devices: a layer is without them, as the containers of that user are.
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
    if (type === 'directory' && status.isDirectory()) return { place, exists: true };
    if (this.#marks !== undefined) return this.#replace(names, type, this.#marks);
    if (type === 'directory') {
      throw unpackFailed(path, 'something else than a directory stands in the way of one');
    }
    if (status.isDirectory()) throw unpackFailed(path, 'a directory stands in the way of something else');
    unlinkSync(pathIn(place.directoryFd, place.name));
    // Paths that went through a link mean something else now.
    if (status.isSymbolicLink()) this.#parents.forget();
    return { place: this.#placeOf(names), exists: false };
  }

  /** Also a directory with all that is in it. A directory that comes instead hides what the layers below have there. */
  #replace(names: readonly string[], type: TarEntry['type'], marks: OverlayMarks) {
    clearPlace(this.#placeOf(names));
    this.#parents.forget();
    const isGone = (each: readonly string[]) => names.every((name, index) => each[index] === name);
    this.#directories = this.#directories.filter((directory) => !isGone(directory.names));
    const place = this.#placeOf(names);
    if (type !== 'directory') return { place, exists: false };
    mkdirSync(pathIn(place.directoryFd, place.name), 0o700);
    markOpaque(place, marks);
    return { place, exists: true };
  }

  #failing<T>({ path }: TarEntry, act: () => T): T {
    return explaining('unpack-failed', `unpack ${quoteText(path)}`, act);
  }
}

/** That something has the name already; wrapped as `#failing` does it. */
function isExisting(error: unknown): boolean {
  const { cause } = error as RuntimeError;
  if (isRuntimeError(cause)) return cause.context.errno === EEXIST;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'EEXIST';
}

function unpackFailed(path: string, reason: string): RuntimeError {
  return imageStoreError('unpack-failed', `failed to unpack ${quoteText(path)}: ${reason}`);
}
