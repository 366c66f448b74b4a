import { type BigIntStats, closeSync, constants, fstatSync, openSync, readlinkSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { decodeName } from '../tar/byte-name.js';
import type { TarEntry, TarEntryType } from '../tar/tar-entry.js';
import { FileContent } from './file-content.js';
import { pathIn, pathOfFd } from './place.js';

/** A file as it is packed. */
export interface DescribedFile {
  readonly entry: TarEntry;
  readonly status: BigIntStats;
  /** Of a regular file: open, to be closed by who asked. */
  readonly content?: FileContent;
}

const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;

/**
 * Attributes that mean the same elsewhere. Others are the host's (`trusted.*`), or say what rules apply there. Those of an
 * overlay in a user namespace would have it take a file of an archive for one that it made itself.
 */
export function isPortableXattr(name: string): boolean {
  return name === 'security.capability' || (name.startsWith('user.') && !name.startsWith('user.overlay.'));
}

/**
 * Looks at a file that is held; a regular one is opened. `parentFd` and `name` are where it was found. `undefined` for a
 * socket, which no archive can hold, and for a link that is gone.
 */
export function describeFile(
  kernel: Kernel,
  heldFd: number,
  parentFd: number,
  name: string,
  path: string,
): DescribedFile | undefined {
  const held = fstatSync(heldFd, { bigint: true });
  const type = typeOf(held);
  if (type === undefined) return undefined;
  if (type !== 'file') {
    const target = type === 'symlink' ? readTarget(parentFd, name) : '';
    if (target === undefined) return undefined;
    return { entry: toEntry(kernel, heldFd, held, type, path, target), status: held };
  }
  // Through what is held, so that it is this file, regular, and none that has taken its name.
  const fd = openSync(pathOfFd(heldFd), O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const status = fstatSync(fd, { bigint: true });
    const entry = toEntry(kernel, fd, status, 'file', path);
    return { entry, status, content: new FileContent(fd, entry.sizeBytes, path) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function typeOf(status: BigIntStats): TarEntryType | undefined {
  if (status.isFile()) return 'file';
  if (status.isDirectory()) return 'directory';
  if (status.isSymbolicLink()) return 'symlink';
  if (status.isCharacterDevice()) return 'character';
  if (status.isBlockDevice()) return 'block';
  return status.isFIFO() ? 'fifo' : undefined;
}

/** `undefined` when it is gone meanwhile, or another kind of file. */
function readTarget(parentFd: number, name: string): string | undefined {
  try {
    return decodeName(readlinkSync(pathIn(parentFd, name), { encoding: 'buffer' }));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EINVAL') return undefined;
    throw error;
  }
}

function toEntry(
  kernel: Kernel,
  fd: number,
  status: BigIntStats,
  type: TarEntryType,
  path: string,
  linkPath = '',
): TarEntry {
  const hasXattrs = type === 'file' || type === 'directory';
  const xattrs = hasXattrs ? kernel.readXattrs(fd).filter(([name]) => isPortableXattr(name)) : [];
  return {
    path,
    type,
    mode: Number(status.mode) & 0o7777,
    uid: Number(status.uid),
    gid: Number(status.gid),
    mtimeNs: status.mtimeNs,
    sizeBytes: type === 'file' ? Number(status.size) : 0,
    ...(linkPath === '' ? {} : { linkPath }),
    ...(type === 'character' || type === 'block' ? { device: splitDevice(status.rdev) } : {}),
    ...(xattrs.length === 0 ? {} : { xattrs: new Map(xattrs) }),
  };
}

/** Source: makedev(3) of glibc. */
export function splitDevice(device: bigint): { major: number; minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}

export function joinDevice({ major, minor }: { readonly major: number; readonly minor: number }): bigint {
  const [a, b] = [BigInt(major), BigInt(minor)];
  return ((a & 0xfffn) << 8n) | ((a & ~0xfffn) << 32n) | (b & 0xffn) | ((b & ~0xffn) << 12n);
}
