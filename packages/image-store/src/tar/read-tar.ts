import { badArchive } from '../errors.js';
import { ByteSource } from './byte-source.js';
import { describeEntry } from './describe-entry.js';
import { BLOCK_BYTES, decodeHeader, type HeaderBlock } from './header-block.js';
import { FieldProblem, readDecimal } from './number-field.js';
import type { PaxRecord } from './pax-records.js';
import { PaxState } from './pax-state.js';
import {
  assertSparseMap,
  MOST_REGIONS,
  pairUp,
  readGnuSparseBlock,
  readGnuSparseHeader,
  readPaxSparseMap,
  tooManyRegions,
} from './sparse-map.js';
import { StoredContent } from './stored-content.js';
import { NO_CONTENT, type SparseRegion, type TarEntry, type TarMember } from './tar-entry.js';

/** Of pax records and long names: they are held in memory. As much as other readers take. */
const MOST_HEADER_BYTES = 1 << 20;

/** Headers about what follows: their content is no file. */
const ABOUT_OTHERS = new Set(['x', 'X', 'g', 'L', 'K']);

/**
 * Reads a tar stream, uncompressed: ustar, pax, GNU and what was before them. Nothing is held but one chunk. The content of
 * a member can be taken until the next one is asked for; what is not taken is passed over. After its end mark the stream is
 * read to its end. Throws `RuntimeError` `bad-archive`, with `context.offset`.
 */
export async function* readTar(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<TarMember, void, undefined> {
  const source = new ByteSource(stream);
  const pax = new PaxState();
  try {
    for (;;) {
      const stored = await readNext(source, pax);
      if (stored === undefined) break;
      yield stored.member;
      if (!stored.content.finishNow()) await stored.content.finish();
    }
    if (pax.isPending)
      throw badArchive(source.position - BLOCK_BYTES, 'ends the stream, but the one before speaks of a file');
    await source.drain();
  } finally {
    await source.close();
  }
}

/** The next member, headers about it read; `undefined` at the end mark. */
async function readNext(source: ByteSource, pax: PaxState): Promise<StoredMember | undefined> {
  for (;;) {
    const offset = source.position;
    const block = source.takeNow(BLOCK_BYTES) ?? (await source.read(BLOCK_BYTES));
    const header = explain(offset, () => decodeHeader(block));
    if (header === undefined) return undefined;
    if (ABOUT_OTHERS.has(header.type)) {
      const bytes = await readAbout(source, offset, header);
      explain(offset, () => note(pax, header.type, bytes));
    } else if (header.type === 'V') {
      // The name of a volume is no file.
      await source.skip(padded(header.sizeBytes));
    } else {
      return await readStored(source, offset, block, header, pax.take());
    }
  }
}

function note(pax: PaxState, type: string, bytes: Buffer): void {
  if (type === 'g') pax.addGlobal(bytes);
  else if (type === 'L') pax.addGnuName('path', bytes);
  else if (type === 'K') pax.addGnuName('linkpath', bytes);
  else pax.addLocal(bytes);
}

async function readAbout(source: ByteSource, offset: number, { sizeBytes }: HeaderBlock): Promise<Buffer> {
  if (sizeBytes > MOST_HEADER_BYTES) {
    throw badArchive(
      offset,
      `is followed by ${sizeBytes} bytes about the next file, more than ${MOST_HEADER_BYTES}`,
    );
  }
  const bytes = await source.read(padded(sizeBytes));
  return bytes.subarray(0, sizeBytes);
}

/** A member, and its content, which must be done with before the next header is read. */
interface StoredMember {
  readonly member: TarMember;
  readonly content: StoredContent;
}

async function readStored(
  source: ByteSource,
  offset: number,
  block: Buffer,
  header: HeaderBlock,
  records: readonly PaxRecord[],
): Promise<StoredMember> {
  const { entry, storedBytes } = explain(offset, () => describeEntry(header, records));
  const start = source.position;
  const isSparse = header.type === 'S' || records.some(([key]) => key.startsWith('GNU.sparse.'));
  const sparse = isSparse ? await readSparse(source, offset, block, header.type, records) : undefined;
  const mapBytes = header.type === 'S' ? 0 : source.position - start;
  const dataBytes = storedBytes - mapBytes;
  if (sparse !== undefined)
    explain(offset, () => assertSparseMap(sparse.regions, sparse.sizeBytes, dataBytes));
  const full: TarEntry =
    sparse === undefined ? entry : { ...entry, sizeBytes: sparse.sizeBytes, sparse: sparse.regions };
  // A list of names (type D) is passed over: what is in the directory has entries of its own.
  const isFile = entry.type === 'file' && dataBytes > 0;
  const content = new StoredContent(source, dataBytes, padded(storedBytes) - storedBytes);
  return { member: { entry: full, content: isFile ? content : NO_CONTENT }, content };
}

interface SparseFile {
  readonly sizeBytes: number;
  readonly regions: readonly SparseRegion[];
}

/** The map of a sparse file, in any of its four forms; `undefined` for any other file. */
async function readSparse(
  source: ByteSource,
  offset: number,
  block: Buffer,
  type: string,
  records: readonly PaxRecord[],
): Promise<SparseFile | undefined> {
  if (type === 'S') return readGnuSparse(source, offset, block);
  const values = new Map(records.map(([key, value]) => [key, value.toString('latin1')]));
  const size = values.get('GNU.sparse.realsize') ?? values.get('GNU.sparse.size');
  if (size === undefined) return undefined;
  const sizeBytes = explain(offset, () => readDecimal(size, 'size'));
  const isInData = values.get('GNU.sparse.major') === '1';
  const regions = isInData
    ? await readMapInData(source, offset)
    : explain(offset, () => readPaxSparseMap(records) ?? []);
  return { sizeBytes, regions };
}

async function readGnuSparse(source: ByteSource, offset: number, block: Buffer): Promise<SparseFile> {
  const { sizeBytes, regions, hasMore } = explain(offset, () => readGnuSparseHeader(block));
  for (let more = hasMore; more; ) {
    const next = await source.read(BLOCK_BYTES);
    const read = explain(offset, () => readGnuSparseBlock(next));
    regions.push(...read.regions);
    if (regions.length > MOST_REGIONS) throw badArchive(offset, tooManyRegions().message);
    more = read.hasMore;
  }
  return { sizeBytes, regions };
}

/** The pax format 1.0: lines of digits in front of the data, how many regions first, in whole blocks. */
async function readMapInData(source: ByteSource, offset: number): Promise<SparseRegion[]> {
  let text = '';
  let wanted: number | undefined;
  for (;;) {
    text += (await source.read(BLOCK_BYTES)).toString('latin1');
    const lines = text.split('\n');
    if (lines.length > 1) wanted ??= explain(offset, () => readDecimal(lines[0]!, 'number of regions'));
    if (wanted === undefined || wanted > MOST_REGIONS) throw badArchive(offset, tooManyRegions().message);
    const end = 1 + 2 * wanted;
    if (lines.length > end) return explain(offset, () => pairUp(lines.slice(1, end)));
  }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Makes what is wrong with a field a sentence about the header at `offset`. */
function explain<T>(offset: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof FieldProblem ? badArchive(offset, error.message) : error;
  }
}
