import { quoteText } from '../errors.js';
import { FieldProblem, readCount, readNumber } from './number-field.js';

export const BLOCK_BYTES = 512;

/** Where fields lie in a header: offset and width. Source: ustar of pax(1), POSIX.1-2017. */
export const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  userName: [265, 32],
  groupName: [297, 32],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const;

const USTAR_MAGIC = 'ustar\x00';
/** Of star(1), whose prefix is shorter and followed by times. */
const STAR_TRAILER = [508, 4] as const;
const STAR_PREFIX = [345, 131] as const;

const ZEROS = Buffer.alloc(BLOCK_BYTES);

/** A header as it stands: strings are bytes, for the meaning of some comes from records before it. */
export interface HeaderBlock {
  readonly type: string;
  readonly path: Buffer;
  readonly linkPath: Buffer;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  readonly userName: Buffer;
  readonly groupName: Buffer;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
}

/** Reads a header; `undefined` for a block of zeros, which marks the end. Throws `FieldProblem`. */
export function decodeHeader(block: Buffer): HeaderBlock | undefined {
  const stored = slice(block, FIELDS.checksum);
  if (block[0] === 0 && block.equals(ZEROS)) return undefined;
  assertChecksum(block, stored);
  const type = String.fromCharCode(block[FIELDS.type[0]]!);
  const isDevice = type === '3' || type === '4';
  const count = (field: keyof typeof FIELDS, name: string) => readCount(slice(block, FIELDS[field]), name);
  return {
    type,
    path: readPath(block),
    linkPath: readText(slice(block, FIELDS.linkName)),
    mode: count('mode', 'mode'),
    uid: count('uid', 'uid'),
    gid: count('gid', 'gid'),
    sizeBytes: count('size', 'size'),
    mtimeSeconds: readNumber(slice(block, FIELDS.mtime), 'time'),
    userName: readText(slice(block, FIELDS.userName)),
    groupName: readText(slice(block, FIELDS.groupName)),
    // In the headers of all others this space is whatever it is.
    deviceMajor: isDevice ? count('deviceMajor', 'major device number') : 0,
    deviceMinor: isDevice ? count('deviceMinor', 'minor device number') : 0,
  };
}

/** The sum of all bytes, those of the sum itself taken as blanks. */
export function sumHeader(block: Buffer): number {
  const [at, width] = FIELDS.checksum;
  let sum = 0x20 * width;
  for (let i = 0; i < at; i++) sum += block[i]!;
  for (let i = at + width; i < block.length; i++) sum += block[i]!;
  return sum;
}

/** Some old writers summed signed bytes. */
function sumSigned(block: Buffer): number {
  const [at, width] = FIELDS.checksum;
  let sum = 0x20 * width;
  for (let i = 0; i < block.length; i++) if (i < at || i >= at + width) sum += block.readInt8(i);
  return sum;
}

function assertChecksum(block: Buffer, field: Buffer): void {
  const stored = readNumber(field, 'checksum');
  const sum = sumHeader(block);
  if (stored !== sum && stored !== sumSigned(block)) {
    throw new FieldProblem(
      `has the checksum ${stored} instead of ${sum}: this is no tar stream, or it is damaged`,
    );
  }
}

function readPath(block: Buffer): Buffer {
  const name = readText(slice(block, FIELDS.name));
  // GNU keeps times where POSIX has the prefix, and says so by another magic.
  if (slice(block, FIELDS.magic).toString('latin1', 0, USTAR_MAGIC.length) !== USTAR_MAGIC) return name;
  const isStar = slice(block, STAR_TRAILER).toString('latin1') === 'tar\x00';
  const prefix = readText(slice(block, isStar ? STAR_PREFIX : FIELDS.prefix));
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

/** Up to the first NUL. A copy: the block is reused by whoever reads. */
function readText(field: Buffer): Buffer {
  const end = field.indexOf(0);
  return Buffer.from(end === -1 ? field : field.subarray(0, end));
}

function slice(block: Buffer, [at, width]: readonly [number, number]): Buffer {
  return block.subarray(at, at + width);
}

/** How messages name a type that is not known. */
export function describeType(type: string): string {
  return `has the type ${quoteText(type)}, which is not known`;
}
