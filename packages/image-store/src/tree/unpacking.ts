import { mkdirSync, unlinkSync } from 'node:fs';
import { isRuntimeError, type Kernel, type RuntimeError } from '@mini/contracts';
import { explained, imageStoreError, quoteText } from '../errors.js';
import { StoredContent } from '../tar/stored-content.js';
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
import { type DirectoryContents, ParentDirectories } from './parent-directories.js';
import { pathIn, statIn } from './place.js';
import { isSmall, SmallFiles } from './small-files.js';
import { Turns } from './turns.js';
import type { UnpackOptions } from './unpack-tree.js';
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

const EEXIST = 17;
/** Of a directory that are remembered; of one with more each is looked for. */
const MOST_NAMES = 4096;
const NOTHING = new Uint8Array();
/** Belongs to who unpacks. */
const OURS: FileRights = { keepPrivileges: false };

/** One unpacking: what is held and remembered from entry to entry. To be closed. */
export class Unpacking {
  readonly #parents: ParentDirectories;
  readonly #rightsOf: (entry: TarEntry) => FileRights;
  readonly #turns: Turns;
  readonly #small: SmallFiles;
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
    this.#small = new SmallFiles(kernel);
    this.#parents = new ParentDirectories(kernel, rootFd, directory.replace(/\/+$/, ''), (fd) =>
      this.#small.close(fd),
    );
    this.#rightsOf = rightsOf;
    this.#marks = marks;
    this.#turns = new Turns(signal);
  }

  async add(member: TarMember): Promise<void> {
    const { entry } = member;
    const names = splitEntryPath(entry.path);
    if (this.#turns.isDue) await this.#turns.pass();
    if (names.length === 0) {
      // The directory itself is whoever's named it, what is in it is meant; that of a layer is the layer's.
      if (entry.type === 'directory') {
        this.#rootEntry = entry;
        return;
      }
      throw unpackFailed(entry.path, 'it would take the place of the directory');
    }
    const mark = this.#marks && readMark(names, entry);
    if (mark !== undefined) {
      await this.#small.flush();
      return this.#failing(entry, () => this.#addMark(mark, this.#marks!));
    }
    const rights = this.#rightsOf(entry);
    this.files++;
    if (this.#marks !== undefined && (await this.#addSmall(member, names, rights))) return;
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
  async finish(): Promise<void> {
    await this.#small.flush();
    for (const { names, ...directory } of this.#directories.reverse()) {
      this.#failing(directory.entry, () =>
        finishDirectory(this.#placeOf(names), directory, this.#rightsOf(directory.entry)),
      );
    }
    const entry = this.#rootEntry;
    if (entry === undefined || this.#marks === undefined) return;
    this.#failing(entry, () => finishHeld(this.kernel, this.rootFd, entry, this.#rightsOf(entry)));
  }

  async close(): Promise<void> {
    await this.#small.abandon();
    this.#parents.forget();
  }

  /**
   * Has another thread make what is small and has a name that is free: in a layer all is ours, so that nothing comes between.
   * `false` when it is to be made here, which may be done then: what it could meet is there.
   */
  async #addSmall(member: TarMember, names: readonly string[], rights: FileRights): Promise<boolean> {
    const { entry, content } = member;
    const parents = names.slice(0, -1);
    const name = names.at(-1)!;
    // What is looked up may lead through what is not there yet.
    const known = this.#parents.find(parents);
    if (known === undefined || this.#small.isCrowded) await this.#small.flush();
    const { fd: directoryFd, contents } = known ?? this.#failing(entry, () => this.#parents.open(parents));
    const place = { kernel: this.kernel, directoryFd, name };
    if (contents.names.size >= MOST_NAMES) await this.#forgetNames(contents);
    const isFree = this.#failing(entry, () => takeName(place, contents));
    if (!isFree || entry.type === 'link') {
      await this.#small.flush();
      return false;
    }
    const isStored = entry.type !== 'file' || entry.sizeBytes === 0 || content instanceof StoredContent;
    if (!isStored || !isSmall(entry, name)) return false;
    const bytes = content instanceof StoredContent ? (content.takeNow() ?? (await content.take())) : NOTHING;
    await this.#small.add(entry, place, rights, bytes);
    this.bytes += bytes.length;
    return true;
  }

  async #forgetNames(contents: DirectoryContents): Promise<void> {
    await this.#small.flush();
    contents.names.clear();
    contents.isComplete = false;
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
      const isOurs = this.#marks !== undefined && !exists;
      const keep = isOurs ? (fd: number) => void this.#parents.keep(names, fd) : undefined;
      this.#directories.push({ ...makeDirectory(place, entry, rights, exists, keep), names });
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
    const { fd: directoryFd, contents } = this.#parents.open(names.slice(0, -1));
    const name = names.at(-1)!;
    // Whatever is made there is known of.
    contents.names.add(name);
    return { kernel: this.kernel, directoryFd, name };
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
    try {
      return act();
    } catch (error) {
      throw explained('unpack-failed', `unpack ${quoteText(path)}`, error);
    }
  }
}

/** Whether nothing has the name; it is taken from now on. */
function takeName({ directoryFd, name }: Place, { names, isComplete }: DirectoryContents): boolean {
  if (names.has(name)) return false;
  names.add(name);
  return isComplete || statIn(directoryFd, name) === undefined;
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
