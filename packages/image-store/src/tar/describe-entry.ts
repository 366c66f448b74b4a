import { decodeName } from './byte-name.js';
import { describeType, type HeaderBlock } from './header-block.js';
import { FieldProblem, readDecimal, readTimeNs } from './number-field.js';
import { type PaxRecord, xattrOfKey } from './pax-records.js';
import type { TarEntry, TarEntryType } from './tar-entry.js';

/** Types by their flag in the header. `7` was for contiguous files, `D` holds a list of names, which is not needed. */
const TYPES: Readonly<Record<string, TarEntryType>> = {
  '\x00': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  D: 'directory',
  S: 'file',
};

const NO_RECORDS: ReadonlyMap<string, Buffer> = new Map();

/** (uid_t)-1 means "leave it" to chown(2): a stream that says so would keep its files with whoever unpacks it. */
const MOST_ID = 2 ** 32 - 2;
const MOST_DEVICE = 2 ** 32 - 1;

/** An entry without its sparse map, and how many bytes of it are stored. Throws `FieldProblem`. */
export function describeEntry(
  header: HeaderBlock,
  records: readonly PaxRecord[],
): { readonly entry: TarEntry; readonly storedBytes: number } {
  const values = records.length === 0 ? NO_RECORDS : new Map(records);
  const text = (key: string) => values.get(key)?.toString('latin1') || undefined;
  const id = (key: 'uid' | 'gid') =>
    checkId(
      readOr(text(key), (digits) => readDecimal(digits, key), header[key]),
      key,
    );
  const rawPath = values.get('GNU.sparse.name') ?? nonEmpty(values.get('path')) ?? header.path;
  const type = typeOf(header.type, rawPath);
  const storedBytes = readOr(text('size'), (digits) => readDecimal(digits, 'size'), header.sizeBytes);
  const seconds = BigInt(header.mtimeSeconds) * 1_000_000_000n;
  // One after the other: to spread parts that are mostly empty takes as long as all else.
  const entry: { -readonly [key in keyof TarEntry]: TarEntry[key] } = {
    path: pathOf(rawPath),
    type,
    mode: header.mode & 0o7777,
    uid: id('uid'),
    gid: id('gid'),
    mtimeNs: readOr(text('mtime'), (time) => readTimeNs(time, 'time'), seconds),
    sizeBytes: type === 'file' ? storedBytes : 0,
  };
  const userName = nameOf(values.get('uname') ?? header.userName);
  const groupName = nameOf(values.get('gname') ?? header.groupName);
  if (userName !== undefined) entry.userName = userName;
  if (groupName !== undefined) entry.groupName = groupName;
  if (type === 'link' || type === 'symlink') entry.linkPath = linkPathOf(header, values);
  if (type === 'character' || type === 'block') entry.device = deviceOf(header);
  const xattrs = xattrsOf(records);
  if (xattrs.size > 0) entry.xattrs = xattrs;
  // What has no content has a size in the headers of some writers all the same; only a list of names is really there.
  return { entry, storedBytes: type === 'file' || header.type === 'D' ? storedBytes : 0 };
}

/** Before there were directories in the format, a slash at the end was one. */
function typeOf(flag: string, path: Buffer): TarEntryType {
  const type = Object.hasOwn(TYPES, flag) ? TYPES[flag] : undefined;
  if (type === undefined) throw new FieldProblem(describeType(flag));
  const isOld = flag === '\x00' || flag === '0';
  return isOld && path.at(-1) === 0x2f ? 'directory' : type;
}

function pathOf(raw: Buffer): string {
  const path = textOf(raw, 'path');
  // A root may be archived as "/".
  const trimmed = path.endsWith('/') ? path.replace(/(?<=[^/])\/+$/, '') : path;
  if (trimmed === '') throw new FieldProblem('has no path');
  return trimmed;
}

function linkPathOf(header: HeaderBlock, values: ReadonlyMap<string, Buffer>): string {
  const path = textOf(nonEmpty(values.get('linkpath')) ?? header.linkPath, 'link target');
  if (path === '') throw new FieldProblem('has no link target');
  return path;
}

function textOf(bytes: Buffer, name: string): string {
  if (bytes.includes(0)) throw new FieldProblem(`has a NUL in its ${name}`);
  return decodeName(bytes);
}

function nameOf(bytes: Buffer): string | undefined {
  return bytes.length === 0 || bytes.includes(0) ? undefined : decodeName(bytes);
}

function deviceOf({ deviceMajor: major, deviceMinor: minor }: HeaderBlock) {
  if (major <= MOST_DEVICE && minor <= MOST_DEVICE) return { major, minor };
  throw new FieldProblem(`has the device number ${major}:${minor}, which is out of range`);
}

function xattrsOf(records: readonly PaxRecord[]): ReadonlyMap<string, Uint8Array> {
  const xattrs = new Map<string, Uint8Array>();
  for (const [key, value] of records) {
    const name = xattrOfKey(key);
    if (name !== undefined) xattrs.set(name, value);
  }
  return xattrs;
}

function checkId(id: number, name: string): number {
  if (id <= MOST_ID) return id;
  throw new FieldProblem(`has the ${name} ${id}, which is out of range`);
}

function readOr<T>(text: string | undefined, read: (text: string) => T, otherwise: T): T {
  return text === undefined ? otherwise : read(text);
}

function nonEmpty(bytes: Buffer | undefined): Buffer | undefined {
  return bytes === undefined || bytes.length === 0 ? undefined : bytes;
}
