import { closeSync, fstatSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodeName, encodeName } from '@mini/image-store';
import type { HiddenEntry, HostLayer } from '@mini/rootfs-manager';
import type { LowerTree } from './compare-layer.js';
import { toFacts } from './read-upper.js';

/** A directory of this machine as a layer. */
export function openLower(directory: string): LowerTree {
  const at = (path: string) => encodeName(join(directory, path));
  return {
    lookUp(path) {
      const status = lstatSync(at(path), { bigint: true, throwIfNoEntry: false });
      return status && toFacts(status);
    },
    list: (path) => readdirSync(at(path), { encoding: 'buffer' }).map(decodeName),
  };
}

/** A layer of the `host` image, as its containers see it: without what is hidden of it. */
export function openHostLower({ mountPoint, hidden }: HostLayer): LowerTree {
  const lower = openLower(mountPoint);
  const how = new Map(hidden.map((entry) => [entry.path, entry.how]));
  const isHidden = (path: string) => how.get(join(mountPoint, path)) === 'remove';
  const isEmpty = (path: string) => how.get(join(mountPoint, path)) === 'empty';
  // In a directory that is emptied some that are needed are kept, empty themselves.
  const isGone = (path: string) => isHidden(path) || (isEmpty(join(path, '..')) && !isEmpty(path));
  return {
    lookUp: (path) => (isGone(path) ? undefined : lower.lookUp(path)),
    list: (path) => lower.list(path).filter((name) => !isGone(join(path, name))),
  };
}

/** Tells the files in an upper directory that mini wrote there in the place of others, and that still are as it wrote them. */
export function isReplacement({ mountPoint, hidden }: HostLayer): (path: string, heldFd: number) => boolean {
  const replaced = new Map<string, HiddenEntry>(
    hidden.filter(({ how }) => how === 'replace').map((entry) => [entry.path, entry]),
  );
  return (path, heldFd) => {
    const entry = replaced.get(join(mountPoint, path));
    return entry !== undefined && hasContent(heldFd, Buffer.from(entry.content ?? ''));
  };
}

function hasContent(heldFd: number, content: Buffer): boolean {
  const status = fstatSync(heldFd);
  if (!status.isFile() || status.size !== content.length) return false;
  const fd = openSync(`/proc/self/fd/${heldFd}`, 'r');
  try {
    const buffer = Buffer.alloc(content.length);
    return readSync(fd, buffer, 0, buffer.length, 0) === content.length && buffer.equals(content);
  } finally {
    closeSync(fd);
  }
}
