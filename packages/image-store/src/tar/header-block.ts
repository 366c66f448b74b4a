import { quoteText } from '../errors.js';
import { type FieldPlace, FieldProblem, readCount, readNumber } from './number-field.js';

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

const USTAR_MAGIC = Buffer.from('ustar\x00');
/** Of star(1), whose prefix is shorter and followed by times. */
const STAR_TRAILER_AT = 508;
const STAR_TRAILER = Buffer.from('tar\x00');
const STAR_PREFIX = [345, 131] as const;

const ZEROS = Buffer.alloc(BLOCK_BYTES);
const EMPTY = Buffer.alloc(0);

/**
 * A header as it stands: strings are bytes, for the meaning of some comes from records before it. They are those of the
 * block itself, good for as long as that is.
 */
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
  if (block[0] === 0 && block.equals(ZEROS)) return undefined;
  assertChecksum(block);
  const type = String.fromCharCode(block[FIELDS.type[0]]!);
  const isDevice = type === '3' || type === '4';
  const count = (field: keyof typeof FIELDS, name: string) => readCount(block, FIELDS[field], name);
  return {
    type,
    path: readPath(block),
    linkPath: readText(block, FIELDS.linkName),
    mode: count('mode', 'mode'),
    uid: count('uid', 'uid'),
    gid: count('gid', 'gid'),
    sizeBytes: count('size', 'size'),
    mtimeSeconds: readNumber(block, FIELDS.mtime, 'time'),
    userName: readText(block, FIELDS.userName),
    groupName: readText(block, FIELDS.groupName),
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

function assertChecksum(block: Buffer): void {
  const stored = readNumber(block, FIELDS.checksum, 'checksum');
  const sum = sumHeader(block);
  if (stored !== sum && stored !== sumSigned(block)) {
    throw new FieldProblem(
      `has the checksum ${stored} instead of ${sum}: this is no tar stream, or it is damaged`,
    );
  }
}

function readPath(block: Buffer): Buffer {
  const name = readText(block, FIELDS.name);
  // GNU keeps times where POSIX has the prefix, and says so by another magic.
  if (!holds(block, FIELDS.magic[0], USTAR_MAGIC)) return name;
  const isStar = holds(block, STAR_TRAILER_AT, STAR_TRAILER);
  const prefix = readText(block, isStar ? STAR_PREFIX : FIELDS.prefix);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

function holds(block: Buffer, at: number, bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if (block[at + i] !== bytes[i]) return false;
  return true;
}

/** Up to the first NUL. */
function readText(block: Buffer, [at, width]: FieldPlace): Buffer {
  let end = at;
  while (end < at + width && block[end] !== 0) end += 1;
  return end === at ? EMPTY : block.subarray(at, end);
}

/** How messages name a type that is not known. */
export function describeType(type: string): string {
  return `has the type ${quoteText(type)}, which is not known`;
}
