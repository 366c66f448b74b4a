import { closeSync, fstatSync } from 'node:fs';
import { findTail, type LogBegin, type LogPosition } from './find-tail.js';
import { isRotated, type LogFile, openLogFiles } from './log-files.js';
import { type LogPart, LogScanner, timeMsOf, type VisitPart } from './log-scanner.js';

/** Which part of a log is wanted. */
export interface LogRange {
  /** Only so many lines, the last ones. */
  readonly tail?: number;
  /** Only what was written at or after this time, in milliseconds of the Unix clock. */
  readonly sinceMs?: number;
  /** Only what was written at or before this time. */
  readonly untilMs?: number;
}

/** Reads a container's log through all its files, and those to come. */
export class LogReader {
  readonly #directory: string;
  readonly #isWanted: (part: LogPart) => boolean;
  readonly #files: LogFile[];
  readonly #scanner = new LogScanner();
  #begin: LogBegin | undefined;
  /** The file being read. */
  #at = 0;
  /** Where the log ended when it was opened. */
  readonly #end: LogPosition;

  constructor(directory: string, range: LogRange = {}) {
    this.#directory = directory;
    this.#isWanted = isWithin(range);
    this.#files = openLogFiles(directory);
    this.#end = endOf(this.#files);
    if (range.tail === undefined || this.#files.length === 0) return;
    this.#begin = findTail(this.#files, this.#end, range.tail, this.#isWanted);
    this.#at = this.#begin.start.file;
    this.#scanner.enter(this.#at, this.#begin.start.offset);
  }

  /** Whether there is a log at all. */
  hasFiles(): boolean {
    return this.#files.length > 0;
  }

  /** Whether all has been read that was there at the begin. */
  hasReadAll(): boolean {
    return this.#at >= this.#end.file && this.#scanner.position >= this.#end.offset;
  }

  /** Reads on, at most a buffer; visits what is wanted. `false` when there is no more for now. */
  step(visit: VisitPart): boolean {
    const file = this.#files[this.#at];
    if (file === undefined) return false;
    if (this.#scanner.step(file.fd, (part) => this.#visit(part, visit))) return true;
    if (this.#at === this.#files.length - 1) return false;
    this.#scanner.enter(++this.#at);
    return true;
  }

  /** Looks whether the newest file has been rotated away since; `true` when there is more to read. */
  findNewer(): boolean {
    const newest = this.#files.at(-1);
    if (newest !== undefined && !isRotated(this.#directory, newest)) return false;
    const newer = openLogFiles(this.#directory, newest);
    this.#files.push(...newer);
    return newer.length > 0;
  }

  close(): void {
    for (const { fd } of this.#files.splice(0)) closeSync(fd);
  }

  #visit(part: LogPart, visit: VisitPart): void {
    const first = this.#begin?.[part.stream === 2 ? 'stderr' : 'stdout'];
    const missing = first === undefined ? 0 : countBefore(part, first);
    if (missing >= part.to - part.from || !this.#isWanted(part)) return;
    const { from } = part;
    part.from += missing;
    visit(part);
    part.from = from;
  }
}

function endOf(files: readonly LogFile[]): LogPosition {
  const newest = files.at(-1);
  return { file: files.length - 1, offset: newest === undefined ? 0 : fstatSync(newest.fd).size };
}

/** How many bytes of a part stand before a position. */
function countBefore({ file, offset }: LogPart, first: LogPosition): number {
  if (file !== first.file) return file < first.file ? Number.POSITIVE_INFINITY : 0;
  return Math.max(0, first.offset - offset);
}

function isWithin({ sinceMs, untilMs }: LogRange): (part: LogPart) => boolean {
  if (sinceMs === undefined && untilMs === undefined) return () => true;
  const [since, until] = [sinceMs ?? 0, untilMs ?? Number.POSITIVE_INFINITY];
  return (part) => {
    const timeMs = timeMsOf(part);
    return timeMs >= since && timeMs <= until;
  };
}
