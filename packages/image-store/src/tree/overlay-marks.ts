import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { S_IF } from '@mini/contracts';
import { removeTree } from '@mini/state-store';
import { imageStoreError, quoteText } from '../errors.js';
import type { TarEntry } from '../tar/tar-entry.js';
import { pathIn, statIn } from './place.js';
import type { Place } from './write-file.js';

/**
 * How an overlay finds its marks: `trusted` attributes for one that root mounts, `user` ones for one that is mounted in a
 * user namespace (`userxattr`).
 */
export type OverlayMarks = 'trusted' | 'user';

/** What a name of the layer format stands for. Source: OCI image-spec layer.md, whiteouts. */
export type LayerMark =
  /** What the layers below have there is gone. */
  | { readonly kind: 'whiteout'; readonly names: readonly string[] }
  /** Of a directory, what the layers below have in it is gone. */
  | { readonly kind: 'opaque'; readonly names: readonly string[] }
  /** Notes of aufs to itself. */
  | { readonly kind: 'ignored' };

const PREFIX = '.wh.';
/** What aufs keeps for itself: files, and directories of them. */
const AUFS = '.wh..wh.';
const OPAQUE = '.wh..wh..opq';
const YES = Buffer.from('y');
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** The mark that an entry is; `undefined` for one that is a file. */
export function readMark(names: readonly string[], entry: TarEntry): LayerMark | undefined {
  const { path, type, device } = entry;
  if (type === 'character' && device?.major === 0 && device.minor === 0)
    throw badMark(path, 'a device with the number 0:0 would be a whiteout');
  const [name = '', ...above] = [...names].reverse();
  const parents = above.reverse();
  if (parents[0]?.startsWith(AUFS)) return { kind: 'ignored' };
  if (parents.some((each) => each.startsWith(PREFIX))) throw badMark(path, 'it lies below a whiteout');
  if (!name.startsWith(PREFIX)) return undefined;
  if (name === OPAQUE) return { kind: 'opaque', names: parents };
  if (name.startsWith(AUFS)) return { kind: 'ignored' };
  const hidden = name.slice(PREFIX.length);
  if (hidden === '' || hidden === '.' || hidden === '..') throw badMark(path, 'it hides no name');
  return { kind: 'whiteout', names: [...parents, hidden] };
}

function badMark(path: string, reason: string): Error {
  return imageStoreError('unpack-failed', `failed to unpack ${quoteText(path)}: ${reason}`);
}

/** Hides what the layers below have at a place; what this layer has there stays, and a directory of it becomes opaque. */
export function writeWhiteout(place: Place, marks: OverlayMarks): void {
  const status = statIn(place.directoryFd, place.name);
  // A device with the number 0:0 needs no rights.
  if (status === undefined) place.kernel.mknod(pathIn(place.directoryFd, place.name), S_IF.CHR, 0n);
  else if (status.isDirectory()) markOpaque(place, marks);
}

/** Hides what the layers below have in a directory that is there. */
export function markOpaque({ kernel, directoryFd, name }: Place, marks: OverlayMarks): void {
  const fd = openSync(pathIn(directoryFd, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    kernel.setXattr(fd, `${marks}.overlay.opaque`, YES);
  } finally {
    closeSync(fd);
  }
}

/** Makes room for an entry: within a layer the later one counts, whatever the earlier one was. */
export function clearPlace({ directoryFd, name }: Place): void {
  const path = pathIn(directoryFd, name);
  if (statIn(directoryFd, name)?.isDirectory()) removeTree(path);
  else unlinkSync(path);
}
