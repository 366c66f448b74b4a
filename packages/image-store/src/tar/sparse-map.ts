import { FieldProblem, readCount, readDecimal } from './number-field.js';
import type { PaxRecord } from './pax-records.js';
import type { SparseRegion } from './tar-entry.js';

/** Old GNU headers: four regions in the header, 21 in each block that follows. Source: tar.h of the GNU tar manual. */
const HEADER_MAP = { at: 386, regions: 4, moreAt: 482, realSizeAt: 483 } as const;
const BLOCK_MAP = { at: 0, regions: 21, moreAt: 504 } as const;
const NUMBER_BYTES = 12;

/** More than any writer makes of a real file, and little enough for memory. */
export const MOST_REGIONS = 1 << 16;

/** What the header of an old GNU sparse file (type S) says of the file. */
export function readGnuSparseHeader(block: Buffer): {
  readonly sizeBytes: number;
  readonly regions: SparseRegion[];
  readonly hasMore: boolean;
} {
  const { realSizeAt, moreAt } = HEADER_MAP;
  const sizeBytes = readCount(block, [realSizeAt, NUMBER_BYTES], 'size');
  return { sizeBytes, regions: readRegions(block, HEADER_MAP), hasMore: block[moreAt] !== 0 };
}

/** What a block that follows such a header says. */
export function readGnuSparseBlock(block: Buffer): {
  readonly regions: SparseRegion[];
  readonly hasMore: boolean;
} {
  return { regions: readRegions(block, BLOCK_MAP), hasMore: block[BLOCK_MAP.moreAt] !== 0 };
}

/**
 * The map within the records of the pax formats 0.0 (an offset and a length are a record each) and 0.1 (one record of
 * numbers with commas); `undefined` when there is none. Throws `FieldProblem`.
 */
export function readPaxSparseMap(records: readonly PaxRecord[]): SparseRegion[] | undefined {
  const numbers = records.flatMap(([key, value]) => {
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') return [value.toString('latin1')];
    return key === 'GNU.sparse.map' && value.length > 0 ? value.toString('latin1').split(',') : [];
  });
  return numbers.length === 0 ? undefined : pairUp(numbers);
}

/** Offset and length alternate. */
export function pairUp(numbers: readonly string[]): SparseRegion[] {
  if (numbers.length % 2 !== 0) throw new FieldProblem('has a sparse map of half a region');
  if (numbers.length / 2 > MOST_REGIONS) throw tooManyRegions();
  const regions: SparseRegion[] = [];
  for (let i = 0; i < numbers.length; i += 2) {
    const offsetBytes = readDecimal(numbers[i]!, 'sparse offset');
    regions.push({ offsetBytes, lengthBytes: readDecimal(numbers[i + 1]!, 'sparse length') });
  }
  return regions;
}

export function tooManyRegions(): FieldProblem {
  return new FieldProblem(`has a sparse map of more than ${MOST_REGIONS} regions`);
}

/** Regions ascend, do not overlap, lie in the file and hold as much as is stored. Throws `FieldProblem`. */
export function assertSparseMap(
  regions: readonly SparseRegion[],
  sizeBytes: number,
  storedBytes: number,
): void {
  let [end, sum] = [0, 0];
  for (const { offsetBytes, lengthBytes } of regions) {
    if (offsetBytes < end) throw new FieldProblem('has a sparse map whose regions overlap');
    end = offsetBytes + lengthBytes;
    sum += lengthBytes;
    if (end > sizeBytes) throw new FieldProblem('has a sparse map that goes beyond the end of the file');
  }
  if (sum !== storedBytes) {
    throw new FieldProblem(`has a sparse map of ${sum} bytes, of which ${storedBytes} are stored`);
  }
}

/** An unused place ends the list. */
function readRegions(block: Buffer, { at, regions }: { at: number; regions: number }): SparseRegion[] {
  const read: SparseRegion[] = [];
  for (let i = 0; i < regions; i++) {
    const place = at + i * 2 * NUMBER_BYTES;
    if (block[place] === 0) break;
    const offsetBytes = readCount(block, [place, NUMBER_BYTES], 'sparse offset');
    const lengthBytes = readCount(block, [place + NUMBER_BYTES, NUMBER_BYTES], 'sparse length');
    read.push({ offsetBytes, lengthBytes });
  }
  return read;
}
