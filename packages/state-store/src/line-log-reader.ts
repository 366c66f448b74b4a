import * as fs from 'node:fs';
import { errnoNameOf, wrapError } from './errors.js';
import { listNumbers } from './line-log.js';

/** A file of the log, open. Its name changes when the log is rotated, its inode does not. */
interface OpenFile {
  readonly fd: number;
  /** How far it is read. */
  position: number;
  /** Bytes of a line whose end has not come yet. */
  rest: Buffer;
  /** Until the next line feed everything is dropped: it began before a line that was too long. */
  isDropping: boolean;
}

const CHUNK_BYTES = 1 << 18;
/** What is longer is nobody's line, and not to be gathered. */
const MAX_LINE_BYTES = 1 << 20;
const LINE_FEED = 10;

/**
 * Reads a `LineLog` from its begin and goes on with what is appended, across rotations: a file that was rotated may still
 * be written to by whoever holds it, so all are looked at each time, until they are gone.
 */
export class LineLogReader {
  readonly #files = new Map<number, OpenFile>();

  constructor(readonly path: string) {}

  /**
   * The whole lines that are new since the last call, without their line feeds: a list for each file, the oldest file
   * first; within a list they stand as they were written. Throws `RuntimeError` `state-io`.
   */
  read(): string[][] {
    while (this.#openNew()) {
      // A rotation between listing and opening hides a file once, hence until there is nothing new.
    }
    const lists: string[][] = [];
    for (const [inode, file] of this.#files) {
      // Asked before reading: nothing can come after the last name is gone and the reading is done.
      const isGone = fs.fstatSync(file.fd).nlink === 0;
      lists.push(readLines(file));
      if (isGone) this.#close(inode, file);
    }
    return lists;
  }

  close(): void {
    for (const [inode, file] of this.#files) this.#close(inode, file);
  }

  #close(inode: number, { fd }: OpenFile): void {
    fs.closeSync(fd);
    this.#files.delete(inode);
  }

  #openNew(): boolean {
    let isNew = false;
    for (const path of this.#listPaths()) {
      const status = fs.statSync(path, { throwIfNoEntry: false });
      if (status === undefined || !status.isFile() || this.#files.has(status.ino)) continue;
      isNew = this.#open(path) || isNew;
    }
    return isNew;
  }

  #listPaths(): string[] {
    try {
      return [...listNumbers(this.path).map((number) => `${this.path}.${number}`), this.path];
    } catch (error) {
      if (errnoNameOf(error) === 'ENOENT') return [];
      throw wrapError(`failed to list the files of "${this.path}"`, error);
    }
  }

  #open(path: string): boolean {
    let fd: number;
    try {
      fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    } catch (error) {
      if (errnoNameOf(error) === 'ENOENT') return false;
      throw wrapError(`failed to open "${path}"`, error);
    }
    const { ino } = fs.fstatSync(fd);
    if (this.#files.has(ino)) {
      fs.closeSync(fd);
      return false;
    }
    this.#files.set(ino, { fd, position: 0, rest: Buffer.alloc(0), isDropping: false });
    return true;
  }
}

function readLines(file: OpenFile): string[] {
  const lines: string[] = [];
  // Somebody has cut it off: what is there now was never read.
  if (fs.fstatSync(file.fd).size < file.position) Object.assign(file, { position: 0, rest: Buffer.alloc(0) });
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const length = fs.readSync(file.fd, chunk, 0, CHUNK_BYTES, file.position);
    if (length === 0) return lines;
    file.position += length;
    takeLines(file, Buffer.concat([file.rest, chunk.subarray(0, length)]), lines);
  }
}

function takeLines(file: OpenFile, bytes: Buffer, lines: string[]): void {
  let from = 0;
  for (;;) {
    const feed = bytes.indexOf(LINE_FEED, from);
    if (feed === -1) break;
    if (!file.isDropping) lines.push(bytes.toString('utf8', from, feed));
    file.isDropping = false;
    from = feed + 1;
  }
  file.rest = Buffer.from(bytes.subarray(from));
  if (file.rest.length <= MAX_LINE_BYTES) return;
  file.isDropping = true;
  file.rest = Buffer.alloc(0);
}
