import { writeSync } from 'node:fs';
import { sleepSync } from '@mini/contracts';
import { type LogPart, timeNsOf } from '../engine/logs/log-scanner.js';
import { formatNanoTime } from './lists/nano-time.js';

const BUFFER_BYTES = 1 << 20;
/** What is as long as this is not copied to be joined with others, but written out of where it is. */
const DIRECT_BYTES = 1 << 14;
const LINE_FEED = 10;
const RETRY_MS = 1;

/** The reader of what we write has gone away. */
export class ReaderGone extends Error {}

/** Writes parts of a log to our stdout and stderr, in their order, joining small ones of the same stream. */
export class LogWriter {
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #length = 0;
  #stream = 1;

  write({ stream, buffer, from, to }: LogPart): void {
    const length = to - from;
    if (stream !== this.#stream || this.#length + length > BUFFER_BYTES) this.flush();
    this.#stream = stream;
    if (length >= DIRECT_BYTES) {
      this.flush();
      writeBytes(stream, buffer, from, to);
    } else {
      buffer.copy(this.#buffer, this.#length, from, to);
      this.#length += length;
    }
  }

  flush(): void {
    const length = this.#length;
    this.#length = 0;
    if (length > 0) writeBytes(this.#stream, this.#buffer, 0, length);
  }
}

/** Puts the time before each line; a line that comes in pieces has the time of its first. */
export class TimestampWriter {
  readonly #isInLine = [false, false, false];

  constructor(readonly writer: LogWriter) {}

  write(part: LogPart): void {
    const stamp = Buffer.from(`${formatNanoTime(timeNsOf(part))} `);
    const { stream, buffer, to } = part;
    for (let from = part.from; from < to; ) {
      if (!this.#isInLine[stream]) this.writer.write({ ...part, buffer: stamp, from: 0, to: stamp.length });
      const feed = buffer.indexOf(LINE_FEED, from);
      const end = feed === -1 || feed >= to ? to : feed + 1;
      this.#isInLine[stream] = feed === -1 || feed >= to;
      this.writer.write({ ...part, from, to: end });
      from = end;
    }
  }

  flush(): void {
    this.writer.flush();
  }
}

/** Waits for a slow reader. Throws `ReaderGone`. */
export function writeBytes(fd: number, buffer: Uint8Array, begin: number, end: number): void {
  for (let from = begin; from < end; ) {
    try {
      from += writeSync(fd, buffer, from, end - from);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new ReaderGone();
      if (code !== 'EAGAIN') throw error;
      sleepSync(RETRY_MS);
    }
  }
}
