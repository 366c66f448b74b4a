import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Kernel, S_IF } from '@mini/contracts';
import { copyAttributes } from '../overlay-directories.js';
import type { HostLayer } from './hidden-entry.js';

const YES = new TextEncoder().encode('y');

/**
 * Hides what a layer hides by entries in the upper directory of its overlay: a whiteout for what is not there, an
 * opaque directory for an empty one. There, and not in a layer between, because such a layer would lie within the
 * file system that is the lowest layer, which the kernel refuses as overlapping; and not by mounts in the container,
 * which could be taken away there. Entries of an earlier start stay.
 */
export function writeHidden(kernel: Kernel, upper: string, { mountPoint, hidden }: HostLayer): void {
  for (const { path, how, content = '' } of hidden) {
    const place = join(upper, relative(mountPoint, path));
    if (isThere(place)) continue;
    makeParents(mountPoint, upper, path);
    if (how === 'remove') {
      kernel.mknod(place, S_IF.CHR, 0n);
    } else if (how === 'replace') {
      writeFileSync(place, content, { mode: 0o600 });
      copyAttributes(path, place);
    } else {
      mkdirSync(place, { mode: 0o700 });
      copyAttributes(path, place);
      kernel.setXattr(place, 'trusted.overlay.opaque', YES);
    }
  }
}

/** Directories on the way are merged with the lower ones, and show mode and owner of the upper. */
function makeParents(mountPoint: string, upper: string, path: string): void {
  const parent = dirname(path);
  const place = join(upper, relative(mountPoint, parent));
  if (parent === mountPoint || existsSync(place)) return;
  makeParents(mountPoint, upper, parent);
  mkdirSync(place, { mode: 0o700 });
  copyAttributes(parent, place);
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
