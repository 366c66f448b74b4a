import { fstatSync, readSync } from 'node:fs';
import type { LogFile } from './log-files.js';
import { HEADER_BYTES, type LogPart, LogScanner } from './log-scanner.js';

/** A byte of a log: the file it is in, counted from the oldest, and where. */
export interface LogPosition {
  readonly file: number;
  readonly offset: number;
}

/** Where to begin: of a stream nothing before its position is wanted. */
export interface LogBegin {
  /** Begin of a frame. */
  readonly start: LogPosition;
  readonly stdout: LogPosition;
  readonly stderr: LogPosition;
}

const BLOCK_BYTES = 1 << 20;
const WINDOW_BYTES = 1 << 14;
const LINE_FEED = 10;

interface Frame {
  readonly isError: boolean;
  /** Of its header, and of the first of these bytes. */
  readonly frame: LogPosition;
  readonly first: LogPosition;
  readonly bytes: Buffer;
}

/**
 * Finds the last `lines` lines of both streams together, from the end, so that the length of the log matters little. A
 * line is what ends with a line feed, or with the stream. `isWanted` leaves parts out.
 */
export function findTail(
  files: readonly LogFile[],
  end: LogPosition,
  lines: number,
  isWanted: (part: LogPart) => boolean,
): LogBegin {
  const tail = { start: end, stdout: end, stderr: end };
  const state = { left: lines, open: [false, false] };
  for (let file = end.file; file >= 0; file--) {
    const blocks = listBlocks(files[file]!.fd);
    for (let block = blocks.length - 2; block >= 0; block--) {
      const [from, to] = [blocks[block]!, blocks[block + 1]!];
      for (const frame of readFrames(files[file]!.fd, file, from, to, isWanted).reverse()) {
        if (state.left === 0 && !state.open.includes(true)) return tail;
        takeLines(frame, state, tail);
      }
    }
  }
  return tail;
}

/** Goes back through a frame. Once enough lines are found, only those that are begun are still followed to their begin. */
function takeLines(
  { isError, frame, first, bytes }: Frame,
  state: { left: number; open: boolean[] },
  tail: { start: LogPosition; stdout: LogPosition; stderr: LogPosition },
): void {
  const stream = isError ? 1 : 0;
  let begin: number | undefined;
  for (let end = bytes.length; end > 0; ) {
    const goesOn = state.open[stream] === true;
    if (!goesOn) {
      if (state.left === 0) break;
      state.left--;
    }
    // The last byte of a line that does not go on behind this frame may be its own line feed.
    const feed = goesOn || end > 1 ? bytes.lastIndexOf(LINE_FEED, goesOn ? end - 1 : end - 2) : -1;
    if (feed + 1 < end) begin = feed + 1;
    state.open[stream] = feed === -1;
    end = feed + 1;
  }
  if (begin === undefined) return;
  tail.start = frame;
  tail[isError ? 'stderr' : 'stdout'] = { file: first.file, offset: first.offset + begin };
}

/** Begins of frames, about a block apart, and the end of the last complete one. */
function listBlocks(fd: number): number[] {
  const { size } = fstatSync(fd);
  const window = Buffer.allocUnsafe(WINDOW_BYTES);
  const blocks = [0];
  let [base, length] = [0, 0];
  let at = 0;
  while (at + HEADER_BYTES <= size) {
    if (at + HEADER_BYTES > base + length) {
      base = at;
      length = readSync(fd, window, 0, WINDOW_BYTES, at);
      if (length < HEADER_BYTES) break;
    }
    const next = at + HEADER_BYTES + window.readUInt32LE(at - base + 16);
    if (next > size) break;
    if (at - blocks.at(-1)! >= BLOCK_BYTES) blocks.push(at);
    at = next;
  }
  return [...blocks, at];
}

function readFrames(
  fd: number,
  file: number,
  from: number,
  to: number,
  isWanted: (part: LogPart) => boolean,
): Frame[] {
  const frames: Frame[] = [];
  const scanner = new LogScanner();
  scanner.enter(file, from);
  let isOver = false;
  while (!isOver && scanner.step(fd, visit));
  return frames;

  function visit(part: LogPart): void {
    if (part.offset >= to) isOver = true;
    else if (isWanted(part)) frames.push(toFrame(part));
  }
}

function toFrame({ stream, buffer, from, to, file, offset, frame }: LogPart): Frame {
  return {
    isError: stream === 2,
    frame: { file, offset: frame },
    first: { file, offset },
    bytes: Buffer.from(buffer.subarray(from, to)),
  };
}
