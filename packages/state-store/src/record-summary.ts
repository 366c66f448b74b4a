import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { checkEnvelope, openRecord, recordError, recordPath } from './record-file.js';

/** What a list needs of a record: derived from it, and written with it in one piece, so that it is never older. */
export interface StoredSummary<S> {
  readonly id: string;
  readonly name: string | undefined;
  readonly summary: S;
}

/** The first line of a record file; the record is the second. */
export interface RecordHead {
  readonly format: number;
  readonly id: string;
  readonly name?: string;
  /** How many bytes come after the first line. */
  readonly recordBytes: number;
  readonly summary: unknown;
}

const LINE_FEED = 10;
/** Longer first lines (many labels) are read with the whole record. */
const HEAD_BYTES = 2048;
const buffer = Buffer.allocUnsafe(HEAD_BYTES);

/**
 * The summary alone: a read of some hundred bytes, however long the record is. `undefined` when there is no file, or none
 * with a summary that fits. Throws as `readRecord`, for a file that is cut short too.
 */
export function readSummary<S>(
  containers: string,
  id: string,
  validate: (value: unknown) => S,
): StoredSummary<S> | undefined {
  const path = recordPath(containers, id);
  try {
    const head = readHead(path);
    if (head?.summary === undefined) return undefined;
    const { name } = checkEnvelope(head, id);
    return { id, name, summary: validate(head.summary) };
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    return recordError(path, error);
  }
}

function readHead(path: string): RecordHead | undefined {
  const { fd, size } = openRecord(path);
  try {
    const length = fs.readSync(fd, buffer, 0, HEAD_BYTES, 0);
    const end = buffer.subarray(0, length).indexOf(LINE_FEED);
    // The comma before the line feed makes the whole file one JSON document.
    if (end < 1 || buffer[end - 1] !== 0x2c) return undefined;
    const head = parseHead(buffer.toString('utf8', 0, end - 1));
    if (head !== undefined && size !== end + head.recordBytes)
      throw new Error('it is not valid JSON, or cut short');
    return head;
  } finally {
    fs.closeSync(fd);
  }
}

/** What is none is left to the reader of whole records, who says what is wrong. */
function parseHead(text: string): RecordHead | undefined {
  try {
    const head = JSON.parse(`${text}}`) as Partial<RecordHead>;
    return typeof head.recordBytes === 'number' ? (head as RecordHead) : undefined;
  } catch {
    return undefined;
  }
}
