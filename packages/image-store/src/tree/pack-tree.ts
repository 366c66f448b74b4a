import { type BigIntStats, closeSync, readdirSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { explaining, quoteText } from '../errors.js';
import { decodeName } from '../tar/byte-name.js';
import { NO_CONTENT, type TarEntry, type TarMember } from '../tar/tar-entry.js';
import { type DescribedFile, describeFile } from './describe-file.js';
import { holdIn, pathOfFd } from './place.js';
import { Turns } from './turns.js';

/** Where packing begins: a file that is held, and where its name stands, for a link is read by its name. */
export interface PackTop {
  /** A descriptor of `O_PATH`; it stays the caller's. */
  readonly fd: number;
  readonly parentFd: number;
  readonly name: string;
}

export interface PackOptions {
  /** What the top is called in the paths of entries; `.` (the default) leaves what is in it without a prefix. */
  readonly name?: string;
  /**
   * Whether only the file itself is packed and nothing of what is in it, by its path below the top (`.` for that): for
   * places where something else is mounted.
   */
  readonly isHollow?: (path: string) => boolean;
  /** Leaves a file out, with what is in it; handed its path below the top and a descriptor of `O_PATH`. */
  readonly isLeftOut?: (path: string, heldFd: number) => boolean;
  /** Shown each file that is packed, right before its member is given. */
  readonly onHeld?: (heldFd: number) => void;
  readonly signal?: AbortSignal;
}

/** A directory on the way down. */
interface Level {
  readonly fd: number;
  readonly path: string;
  readonly names: Iterator<string>;
  /** The top's is the caller's. */
  readonly isOurs: boolean;
}

/**
 * Packs a file, or a directory with all below it, names in the order of their bytes. Walks by descriptors and follows no
 * link, so that whoever changes the tree meanwhile leads it nowhere else. Sockets are left out, and so is what vanishes.
 * Throws `RuntimeError` `pack-failed`.
 */
export async function* packTree(
  kernel: Kernel,
  top: PackTop,
  options: PackOptions = {},
): AsyncGenerator<TarMember, void, undefined> {
  const turns = new Turns(options.signal);
  const links = new HardLinks();
  const walk = new Walk(kernel, options);
  try {
    let file: DescribedFile | undefined | 'end' = walk.begin(top);
    for (; file !== 'end'; file = walk.next()) {
      if (file !== undefined) yield* give(file, links);
      await turns.pass();
    }
  } finally {
    walk.close();
  }
}

/** From file to file, a directory before what is in it. */
class Walk {
  readonly #levels: Level[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly options: PackOptions,
  ) {}

  begin(top: PackTop): DescribedFile | undefined {
    return this.#visit({ fd: top.fd, path: '.', isOurs: false }, top.parentFd, top.name);
  }

  /** `undefined` for what is no file to pack. */
  next(): DescribedFile | undefined | 'end' {
    const level = this.#levels.at(-1);
    if (level === undefined) return 'end';
    const { value: name, done } = level.names.next();
    if (done === true) {
      this.#levels.pop();
      if (level.isOurs) closeSync(level.fd);
      return undefined;
    }
    const path = level.path === '.' ? name : `${level.path}/${name}`;
    const fd = failing(this.#pathOf(path), () => holdOrNothing(level.fd, name));
    return fd === undefined ? undefined : this.#visit({ fd, path, isOurs: true }, level.fd, name);
  }

  close(): void {
    for (const { fd, isOurs } of this.#levels) if (isOurs) closeSync(fd);
  }

  /** A directory that is to be gone into stays held; all else is closed. */
  #visit(held: Omit<Level, 'names'>, parentFd: number, name: string): DescribedFile | undefined {
    const path = this.#pathOf(held.path);
    let isKept = false;
    try {
      return failing(path, () => {
        if (this.options.isLeftOut?.(held.path, held.fd) === true) return undefined;
        this.options.onHeld?.(held.fd);
        const file = describeFile(this.kernel, held.fd, parentFd, name, path);
        const isHollow = this.options.isHollow?.(held.path) === true;
        if (file === undefined || isHollow) return file && emptied(file);
        if (file.entry.type !== 'directory') return file;
        this.#levels.push({ ...held, names: listNames(held.fd) });
        isKept = true;
        return file;
      });
    } finally {
      if (held.isOurs && !isKept) closeSync(held.fd);
    }
  }

  #pathOf(path: string): string {
    const { name = '.' } = this.options;
    if (path === '.') return name;
    return name === '.' ? path : `${name}/${path}`;
  }
}

/** The member of a file, which is closed after. */
function* give({ entry, status, content }: DescribedFile, names: HardLinks): Generator<TarMember> {
  try {
    const linkPath = names.findFirst(entry, status);
    if (linkPath === undefined) yield { entry, content: content ?? NO_CONTENT };
    else yield { entry: toLink(entry, linkPath), content: NO_CONTENT };
  } finally {
    if (content !== undefined) closeSync(content.fd);
  }
}

/** A file that something is mounted on: the one that is seen there is not the tree's. */
function emptied(file: DescribedFile): DescribedFile {
  if (file.content === undefined) return file;
  closeSync(file.content.fd);
  const { xattrs: _, ...entry } = file.entry;
  return { status: file.status, entry: { ...entry, sizeBytes: 0, mode: 0o644, uid: 0, gid: 0 } };
}

function toLink({ xattrs: _, ...entry }: TarEntry, linkPath: string): TarEntry {
  return { ...entry, type: 'link', sizeBytes: 0, linkPath };
}

/** Of files with several names, the first that was packed. */
class HardLinks {
  readonly #paths = new Map<string, string>();

  /** The path under which this file was packed before. */
  findFirst({ type, path }: TarEntry, { nlink, dev, ino }: BigIntStats): string | undefined {
    if (nlink < 2n || type === 'directory') return undefined;
    const key = `${dev}:${ino}`;
    const first = this.#paths.get(key);
    if (first === undefined) this.#paths.set(key, path);
    return first;
  }
}

function listNames(fd: number): Iterator<string> {
  return readdirSync(pathOfFd(fd), { encoding: 'buffer' }).sort(Buffer.compare).map(decodeName).values();
}

function holdOrNothing(directoryFd: number, name: string): number | undefined {
  try {
    return holdIn(directoryFd, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function failing<T>(path: string, act: () => T): T {
  return explaining('pack-failed', `read ${quoteText(path)}`, act);
}
