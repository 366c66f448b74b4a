import { readSync } from 'node:fs';
import { LOG_FRAME_WORDS, RuntimeError } from '@mini/contracts';

/** Bytes of one stream that lie together in a log file: a frame, or a part of one. Valid while it is visited. */
export interface LogPart {
  /** 1 stdout, 2 stderr. */
  stream: number;
  /** Halves of the nanoseconds of the Unix clock: whoever wants them makes a bigint, which is dear. */
  timeLow: number;
  timeHigh: number;
  /** The bytes are those from `from` to `to`. */
  readonly buffer: Buffer;
  from: number;
  to: number;
  /** Which file it is in, counted from the oldest, and where in that. */
  file: number;
  offset: number;
  /** Where the header of its frame is. */
  frame: number;
}

export type VisitPart = (part: LogPart) => void;

/** Bytes of the header before each frame. */
export const HEADER_BYTES = LOG_FRAME_WORDS.length * 8;
/** More than any monitor writes at once: what claims to be longer is no frame. */
export const MAX_FRAME_BYTES = 1 << 24;
const BUFFER_BYTES = 1 << 20;

/** Nanoseconds of the Unix clock when a part was written. */
export function timeNsOf({ timeLow, timeHigh }: LogPart): bigint {
  return (BigInt(timeHigh) << 32n) + BigInt(timeLow);
}

/** The same in milliseconds, with fractions. */
export function timeMsOf({ timeLow, timeHigh }: LogPart): number {
  return (timeHigh * 2 ** 32 + timeLow) / 1e6;
}

/** Takes log files apart, a buffer at a time, without looking at or copying what is in the frames. */
export class LogScanner {
  readonly #part: LogPart;
  /** Of the buffer's first byte in the file. */
  #base = 0;
  /** Bytes at the buffer's begin that are read and not yet understood: a piece of a header. */
  #carried = 0;
  /** Bytes of the current frame that are still to come. */
  #remaining = 0;

  constructor() {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
    this.#part = { stream: 1, timeLow: 0, timeHigh: 0, buffer, from: 0, to: 0, file: 0, offset: 0, frame: 0 };
  }

  /** How far the file is read. */
  get position(): number {
    return this.#base + this.#carried;
  }

  /** Goes to a frame's begin. What a dead monitor left incomplete at the end of another file is forgotten. */
  enter(file: number, offset = 0): void {
    this.#part.file = file;
    this.#base = offset;
    this.#carried = 0;
    this.#remaining = 0;
  }

  /** Reads up to a buffer and visits what is in it. `false` when there was nothing to read. */
  step(fd: number, visit: VisitPart): boolean {
    const { buffer } = this.#part;
    const length = readSync(
      fd,
      buffer,
      this.#carried,
      BUFFER_BYTES - this.#carried,
      this.#base + this.#carried,
    );
    if (length === 0) return false;
    const end = this.#carried + length;
    const taken = this.#visitUntil(end, visit);
    buffer.copyWithin(0, taken, end);
    this.#carried = end - taken;
    this.#base += taken;
    return true;
  }

  #visitUntil(end: number, visit: VisitPart): number {
    const part = this.#part;
    let at = 0;
    for (;;) {
      if (this.#remaining > 0) {
        if (at === end) return at;
        part.from = at;
        part.to = Math.min(end, at + this.#remaining);
        part.offset = this.#base + at;
        this.#remaining -= part.to - at;
        at = part.to;
        visit(part);
      } else {
        if (end - at < HEADER_BYTES) return at;
        part.timeLow = part.buffer.readUInt32LE(at);
        part.timeHigh = part.buffer.readUInt32LE(at + 4);
        part.stream = part.buffer.readUInt32LE(at + 8);
        this.#remaining = part.buffer.readUInt32LE(at + 16);
        if (part.stream > 2 || this.#remaining > MAX_FRAME_BYTES) throw damaged(this.#base + at);
        part.frame = this.#base + at;
        at += HEADER_BYTES;
      }
    }
  }
}

function damaged(offset: number): RuntimeError<'log-damaged'> {
  const message = `failed to read the log: it is damaged at byte ${offset} of a file`;
  return new RuntimeError({ code: 'log-damaged', message });
}
