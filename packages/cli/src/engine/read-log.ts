import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LOG_FRAME_WORDS } from '@mini/contracts';

/** A piece of output as it came. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  /** Milliseconds of the Unix clock, with fractions. */
  readonly timeMs: number;
  /** Valid until the next piece is asked for. */
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = LOG_FRAME_WORDS.length * 8;
const BUFFER_BYTES = 1 << 20;

/** The log of the container in this directory from its oldest piece; rotated files come first. */
export function* readLog(directory: string): Generator<LogPiece> {
  for (const path of listLogFiles(directory)) yield* readLogFile(path);
}

/** The oldest first: the highest number. */
function listLogFiles(directory: string): string[] {
  const files = [join(directory, 'log')];
  for (let number = 1; existsSync(join(directory, `log.${number}`)); number++) {
    files.unshift(join(directory, `log.${number}`));
  }
  return files.filter((path) => existsSync(path));
}

function* readLogFile(path: string): Generator<LogPiece> {
  const fd = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let [start, end] = [0, 0];
  try {
    for (;;) {
      const piece = takePiece(buffer, start, end);
      if (piece !== undefined) {
        start = piece.end;
        yield piece.piece;
        continue;
      }
      buffer.copyWithin(0, start, end);
      [start, end] = [0, end - start];
      const length = readSync(fd, buffer, end, BUFFER_BYTES - end, null);
      if (length === 0) return;
      end += length;
    }
  } finally {
    closeSync(fd);
  }
}

/** The frame at `start`, if all of it is there. Frames are at most 64 KiB, far less than the buffer. */
function takePiece(buffer: Buffer, start: number, end: number): { piece: LogPiece; end: number } | undefined {
  if (end - start < HEADER_BYTES) return undefined;
  const length = Number(buffer.readBigInt64LE(start + 16));
  const from = start + HEADER_BYTES;
  if (end - from < length) return undefined;
  const piece: LogPiece = {
    timeMs: Number(buffer.readBigInt64LE(start)) / 1e6,
    stream: buffer.readBigInt64LE(start + 8) === 2n ? 'stderr' : 'stdout',
    bytes: buffer.subarray(from, from + length),
  };
  return { piece, end: from + length };
}
