import * as fs from 'node:fs';
import { errnoNameOf } from './errors.js';

/** Another may be removing the same tree, so what is gone is no fault. */
function ignoreMissing(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (errnoNameOf(error) !== 'ENOENT') throw error;
  }
}

function emptyDirectory(path: string): void {
  for (const entry of fs.readdirSync(path, { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory()) removeTree(inner);
    else ignoreMissing(() => fs.unlinkSync(inner));
  }
}

/**
 * Removes a directory and all below it (or a file), following no links; one that is gone is no fault. A directory that its owner may
 * not write to (a container's user made it so) is opened up first. Throws as `node:fs` does; a mount below gives EBUSY.
 */
export function removeTree(path: string): void {
  ignoreMissing(() => {
    try {
      emptyDirectory(path);
    } catch (error) {
      if (errnoNameOf(error) === 'ENOTDIR') return fs.unlinkSync(path);
      if (errnoNameOf(error) !== 'EACCES') throw error;
      fs.chmodSync(path, 0o700);
      emptyDirectory(path);
    }
    fs.rmdirSync(path);
  });
}
