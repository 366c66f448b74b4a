import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type Kernel, S_IF } from '@mini/contracts';
import { copyAttributes } from '../overlay-directories.js';
import type { HiddenEntry, HostLayer } from './hidden-entry.js';

const YES = new TextEncoder().encode('y');

/**
 * Hides what a layer hides by entries in the upper directory of its overlay: a whiteout for what is not there, an
 * opaque directory for an empty one. There, and not in a layer between, because such a layer would lie within the
 * file system that is the lowest layer, which the kernel refuses as overlapping; and not by mounts in the container,
 * which could be taken away there. Entries of an earlier start stay.
 */
export function writeHidden(kernel: Kernel, upper: string, layer: HostLayer): void {
  for (const entry of layer.hidden) {
    const place = join(upper, relative(layer.mountPoint, entry.path));
    if (isThere(place)) continue;
    try {
      makeParents(layer.mountPoint, upper, entry.path);
      hide(kernel, entry, place);
    } catch (error) {
      // What has vanished since it was found is not there to be seen.
      if (isThere(entry.path)) throw error;
    }
  }
}

function hide(kernel: Kernel, { path, how, content = '' }: HiddenEntry, place: string): void {
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
