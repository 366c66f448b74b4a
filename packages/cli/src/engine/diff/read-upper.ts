import { type BigIntStats, closeSync, fstatSync, openSync, readdirSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { decodeName, encodeName, HOLD } from '@mini/image-store';
import type { FileFacts, UpperNode } from './compare-layer.js';

/** Marks of overlayfs are attributes of these names, the latter of an overlay that an ordinary user has mounted. */
const PREFIXES = ['trusted.overlay.', 'user.overlay.'] as const;

/**
 * Reads an upper directory. A running container changes it meanwhile: each file is held before it is looked at, no link is
 * followed, and what vanishes is not there. Of what `isLeftOut` says yes to, handed the path and a descriptor of `O_PATH`,
 * nothing is told. Throws as `node:fs` does.
 */
export function readUpper(
  kernel: Kernel,
  directory: string,
  isLeftOut: (path: string, heldFd: number) => boolean = () => false,
): UpperNode {
  const fd = openSync(directory, HOLD);
  try {
    return readNode(kernel, fd, '', '', isLeftOut);
  } finally {
    closeSync(fd);
  }
}

function readNode(
  kernel: Kernel,
  fd: number,
  name: string,
  path: string,
  isLeftOut: (path: string, heldFd: number) => boolean,
): UpperNode {
  const status = fstatSync(fd, { bigint: true });
  const mark = readLayerMark(kernel, fd, status);
  const children = status.isDirectory() ? readChildren(kernel, fd, path, isLeftOut) : [];
  return { name, facts: toFacts(status), children, ...(mark === undefined ? {} : { mark }) };
}

function readChildren(
  kernel: Kernel,
  fd: number,
  path: string,
  isLeftOut: (path: string, heldFd: number) => boolean,
): UpperNode[] {
  const place = `/proc/self/fd/${fd}`;
  return readdirSync(place, { encoding: 'buffer' }).flatMap((raw) => {
    const name = decodeName(raw);
    const child = holdOrNothing(Buffer.concat([Buffer.from(`${place}/`), encodeName(name)]));
    if (child === undefined) return [];
    try {
      const inner = `${path}/${name}`;
      return isLeftOut(inner, child) ? [] : [readNode(kernel, child, name, inner, isLeftOut)];
    } finally {
      closeSync(child);
    }
  });
}

/** A device 0:0 is a whiteout; since Linux 6.7 an empty file with a mark is one too. */
export function readLayerMark(
  kernel: Kernel,
  fd: number,
  status: BigIntStats = fstatSync(fd, { bigint: true }),
): UpperNode['mark'] | undefined {
  if (status.isCharacterDevice() && status.rdev === 0n) return 'whiteout';
  if (!status.isDirectory() && !(status.isFile() && status.size === 0n)) return undefined;
  const xattrs = new Map(kernel.readXattrs(fd));
  const value = (name: string) => PREFIXES.map((prefix) => xattrs.get(prefix + name)).find((each) => each);
  if (!status.isDirectory()) return value('whiteout') === undefined ? undefined : 'whiteout';
  return new TextDecoder().decode(value('opaque')) === 'y' ? 'opaque' : undefined;
}

export function toFacts(status: BigIntStats): FileFacts {
  return {
    mode: Number(status.mode),
    uid: Number(status.uid),
    gid: Number(status.gid),
    device: Number(status.rdev),
    sizeBytes: Number(status.size),
    mtimeNs: status.mtimeNs,
  };
}

function holdOrNothing(path: Buffer): number | undefined {
  try {
    return openSync(path, HOLD);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
