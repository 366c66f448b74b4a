import { type Beginning, type ReadKernel, readEach } from './read-each.js';
import { checkEnvelope, RECORD_FILE } from './record-file.js';

/** What a list needs of a record: derived from it, and written with it in one piece, so that it is never older. */
export interface StoredSummary<S> {
  readonly id: string;
  readonly name: string | undefined;
  readonly summary: S;
}

/** The first line of a record file; the record is the second. */
interface RecordHead {
  readonly format: number;
  readonly id: string;
  readonly name?: string;
  /** How many bytes come after the first line. */
  readonly recordBytes: number;
  readonly summary: unknown;
}

const LINE_FEED = 10;
const COMMA = 0x2c;
/** What most first lines have; the pages that more would be copied to take longer than all else. */
const HEAD_BYTES = 512;
/** Longer first lines (many labels) are read again, and those longer than this (very many) with the whole record. */
const LONG_HEAD_BYTES = 8192;

/**
 * The summaries alone: a read of some hundred bytes each, however long the record is. `undefined` for what is missing, has no
 * summary that fits, or cannot be believed, a file that is cut short too: reading the record tells which.
 */
export function readSummaries<S>(
  kernel: ReadKernel,
  containers: string,
  ids: readonly string[],
  validate: (value: unknown) => S,
): (StoredSummary<S> | undefined)[] {
  const read = (some: readonly string[], mostBytes: number) =>
    readEach(kernel, containers, some, { file: RECORD_FILE, mostBytes });
  const heads = read(ids, HEAD_BYTES);
  const longer = [...ids.keys()].filter((index) => isCutOff(heads[index]));
  const again = longer.length === 0 ? [] : read(pick(ids, longer), LONG_HEAD_BYTES);
  longer.forEach((index, place) => {
    heads[index] = again[place];
  });
  return heads.map((head, index) => head && parseSummary(head, ids[index]!, validate));
}

function isCutOff(head: Beginning | undefined): boolean {
  return head?.bytes.length === HEAD_BYTES && !head.bytes.includes(LINE_FEED);
}

function pick<T>(values: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => values[index]!);
}

function parseSummary<S>(
  { bytes, size }: Beginning,
  id: string,
  validate: (value: unknown) => S,
): StoredSummary<S> | undefined {
  const end = bytes.indexOf(LINE_FEED);
  // The comma before the line feed makes the whole file one JSON document.
  if (end < 1 || bytes[end - 1] !== COMMA) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end - 1).toString('utf8');
  try {
    const head = JSON.parse(`${text}}`) as RecordHead;
    if (head.summary === undefined || size !== end + head.recordBytes) return undefined;
    const { name } = checkEnvelope(head, id);
    return { id, name, summary: validate(head.summary) };
  } catch {
    return undefined;
  }
}
