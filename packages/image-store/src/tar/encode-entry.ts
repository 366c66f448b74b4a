import { imageStoreError, quoteText } from '../errors.js';
import { encodeName } from './byte-name.js';
import { BLOCK_BYTES, FIELDS, sumHeader } from './header-block.js';
import { fitsOctal, writeOctal, writeTimeNs } from './number-field.js';
import { encodePaxRecord, keyOfXattr } from './pax-records.js';
import type { TarEntry, TarEntryType } from './tar-entry.js';

const FLAGS: Readonly<Record<TarEntryType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};
const SLASH = 0x2f;
const NS_PER_SECOND = 1_000_000_000n;

/**
 * The header of an entry as ustar, with a pax header before it where ustar has no room: names, numbers, fractions of
 * seconds, extended attributes. Throws `RuntimeError` `bad-entry` for an entry that no archive can hold.
 */
export function encodeEntry(entry: TarEntry): Buffer {
  assertEntry(entry);
  const path = encodeName(entry.type === 'directory' && entry.path !== '/' ? `${entry.path}/` : entry.path);
  const link = encodeName(entry.linkPath ?? '');
  const records = listRecords(entry, path, link);
  const header = encodeHeader(entry, path, link);
  if (records.length === 0) return header;
  const bytes = Buffer.concat(records);
  const padding = Buffer.alloc(paddingOf(bytes.length));
  return Buffer.concat([encodePaxHeader(entry.path, bytes.length), bytes, padding, header]);
}

/** How many bytes are missing to a whole block. */
export function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

function listRecords(entry: TarEntry, path: Buffer, link: Buffer): Buffer[] {
  const records: Buffer[] = [];
  const add = (key: string, value: string | Uint8Array) =>
    records.push(encodePaxRecord(key, typeof value === 'string' ? encodeName(value) : value));
  if (splitPath(path) === undefined) add('path', path);
  if (link.length > FIELDS.linkName[1]) add('linkpath', link);
  if (!fitsOctal(entry.sizeBytes, FIELDS.size[1])) add('size', String(entry.sizeBytes));
  for (const key of ['uid', 'gid'] as const) {
    if (!fitsOctal(entry[key], FIELDS[key][1])) add(key, String(entry[key]));
  }
  if (entry.mtimeNs % NS_PER_SECOND !== 0n || !fitsOctal(secondsOf(entry.mtimeNs), FIELDS.mtime[1])) {
    add('mtime', writeTimeNs(entry.mtimeNs));
  }
  if (nameBytes(entry.userName) > FIELDS.userName[1]) add('uname', entry.userName!);
  if (nameBytes(entry.groupName) > FIELDS.groupName[1]) add('gname', entry.groupName!);
  for (const [name, value] of entry.xattrs ?? []) add(keyOfXattr(name), value);
  return records;
}

function encodeHeader(entry: TarEntry, path: Buffer, link: Buffer): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const count = (field: 'mode' | 'uid' | 'gid' | 'size' | 'mtime', value: number) => {
    const [at, width] = FIELDS[field];
    writeOctal(block, fitsOctal(value, width) ? value : 0, at, width);
  };
  const [prefix, name] = splitPath(path) ?? [Buffer.alloc(0), path.subarray(0, FIELDS.name[1])];
  writeText(block, name, FIELDS.name);
  writeText(block, prefix, FIELDS.prefix);
  writeText(block, link, FIELDS.linkName);
  count('mode', entry.mode);
  count('uid', entry.uid);
  count('gid', entry.gid);
  count('size', entry.sizeBytes);
  count('mtime', secondsOf(entry.mtimeNs));
  block.write(FLAGS[entry.type], FIELDS.type[0], 'latin1');
  block.write('ustar\x0000', FIELDS.magic[0], 'latin1');
  writeText(block, encodeName(entry.userName ?? ''), FIELDS.userName);
  writeText(block, encodeName(entry.groupName ?? ''), FIELDS.groupName);
  const { major, minor } = entry.device ?? { major: 0, minor: 0 };
  writeOctal(block, major, ...FIELDS.deviceMajor);
  writeOctal(block, minor, ...FIELDS.deviceMinor);
  return seal(block);
}

/** A name in the header too, for readers that know nothing of pax and unpack it as a file. */
function encodePaxHeader(path: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const name = `PaxHeaders/${path.slice(path.lastIndexOf('/') + 1).replace(/[^ -~]/g, '_')}`;
  writeText(block, Buffer.from(name).subarray(0, FIELDS.name[1]), FIELDS.name);
  writeOctal(block, 0o644, ...FIELDS.mode);
  writeOctal(block, 0, ...FIELDS.uid);
  writeOctal(block, 0, ...FIELDS.gid);
  writeOctal(block, sizeBytes, ...FIELDS.size);
  writeOctal(block, 0, ...FIELDS.mtime);
  block.write('x', FIELDS.type[0], 'latin1');
  block.write('ustar\x0000', FIELDS.magic[0], 'latin1');
  return seal(block);
}

function seal(block: Buffer): Buffer {
  const [at] = FIELDS.checksum;
  block.write(`${sumHeader(block).toString(8).padStart(6, '0')}\x00 `, at, 'latin1');
  return block;
}

/** Prefix and name, cut at a slash; `undefined` when there is no place to cut. */
function splitPath(path: Buffer): readonly [prefix: Buffer, name: Buffer] | undefined {
  const [most, mostPrefix] = [FIELDS.name[1], FIELDS.prefix[1]];
  if (path.length <= most) return [Buffer.alloc(0), path];
  // The slash at the end of a directory belongs to its name.
  const at = path.lastIndexOf(SLASH, Math.min(mostPrefix, path.length - 2));
  if (at <= 0 || path.length - at - 1 > most) return undefined;
  return [path.subarray(0, at), path.subarray(at + 1)];
}

function writeText(block: Buffer, text: Buffer, [at, width]: readonly [number, number]): void {
  text.copy(block, at, 0, Math.min(text.length, width));
}

function secondsOf(ns: bigint): number {
  return Number(ns / NS_PER_SECOND) - (ns < 0n && ns % NS_PER_SECOND !== 0n ? 1 : 0);
}

function nameBytes(name = ''): number {
  return encodeName(name).length;
}

function assertEntry({ path, type, linkPath, sizeBytes, device }: TarEntry): void {
  const wrong = [
    [path === '' || path.includes('\x00'), 'its path is empty or holds a NUL'],
    [linkPath?.includes('\x00') === true, 'its link target holds a NUL'],
    [(type === 'link' || type === 'symlink') && !linkPath, 'it has no link target'],
    [type !== 'file' && sizeBytes !== 0, 'only a file has a size'],
    [!Number.isSafeInteger(sizeBytes) || sizeBytes < 0, `its size is ${sizeBytes}`],
    [(device?.major ?? 0) >= 8 ** 7 || (device?.minor ?? 0) >= 8 ** 7, 'its device number has no room'],
  ].find(([isWrong]) => isWrong);
  if (wrong === undefined) return;
  throw imageStoreError('bad-entry', `failed to write ${quoteText(path)} as tar: ${wrong[1]}`);
}
