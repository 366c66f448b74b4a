import * as fs from 'node:fs';
import { errnoNameOf } from './errors.js';

/** O_PATH of open(2), which Node has no name for: holds a file whatever its rights are. */
const O_PATH = 0o10000000;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants;
/** What rename(2) says of a name that is taken. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/**
 * Removes a directory and all below it (or a file), following no links; one that is gone is no fault. Directories that their
 * owner may not write to (a container's user made them so) are opened up first. No depth is too deep, and at most three
 * descriptors are open: what a directory holds in directories is moved up to the top before it goes. Throws as `node:fs` does;
 * a mount below gives EBUSY.
 */
export function removeTree(path: string | Buffer): void {
  const [parent, name] = split(Buffer.from(path));
  if (isUnlinked(parent, name)) return;
  ignoreMissing(() => {
    withDirectory(parent, name, emptyDirectory);
    fs.rmdirSync(join(parent, name));
  });
}

/** Goes over the top until it holds no directory: each brings up those that it had. */
function emptyDirectory(top: Buffer): void {
  for (let mayHoldMore = true; mayHoldMore; ) {
    mayHoldMore = false;
    for (const name of listNames(top)) {
      if (isUnlinked(top, name)) continue;
      mayHoldMore = true;
      ignoreMissing(() => {
        withDirectory(top, name, (directory) => raise(directory, top));
        fs.rmdirSync(join(top, name));
      });
    }
  }
}

/** Moves the directories in one to the top, and removes whatever else is in it. */
function raise(directory: Buffer, top: Buffer): void {
  for (const name of listNames(directory)) {
    if (!isUnlinked(directory, name)) ignoreMissing(() => moveUp(directory, name, top));
  }
}

let count = 0;

/** A directory can leave its parent only when it may be written to itself. */
function moveUp(from: Buffer, name: Buffer, top: Buffer): void {
  for (let isOpened = false; ; ) {
    try {
      fs.renameSync(join(from, name), join(top, Buffer.from(`.removed-${process.pid}-${++count}`)));
      return;
    } catch (error) {
      const code = errnoNameOf(error) ?? '';
      if (TAKEN.has(code)) continue;
      if (code !== 'EACCES' || isOpened) throw error;
      isOpened = true;
      openUp(join(from, name));
    }
  }
}

/** `false` for a directory. What is in one that may not be written to goes all the same. */
function isUnlinked(parent: Buffer, name: Buffer): boolean {
  try {
    ignoreMissing(() => fs.unlinkSync(join(parent, name)));
    return true;
  } catch (error) {
    if (errnoNameOf(error) === 'EISDIR') return false;
    throw error;
  }
}

/** Calls with the path of a directory by its descriptor: nobody who renames it meanwhile leads elsewhere. */
function withDirectory(parent: Buffer, name: Buffer, use: (directory: Buffer) => void): void {
  const path = join(parent, name);
  const act = () => {
    const fd = fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      use(Buffer.from(`/proc/self/fd/${fd}`));
    } finally {
      fs.closeSync(fd);
    }
  };
  try {
    act();
  } catch (error) {
    if (errnoNameOf(error) !== 'EACCES') throw error;
    openUp(path);
    act();
  }
}

/** By a descriptor too: chmod(2) would follow a link. */
function openUp(path: Buffer): void {
  const fd = fs.openSync(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
  try {
    fs.chmodSync(`/proc/self/fd/${fd}`, 0o700);
  } finally {
    fs.closeSync(fd);
  }
}

/** As bytes, for no file system asks for UTF-8. */
function listNames(directory: Buffer): Buffer[] {
  return fs.readdirSync(directory, { encoding: 'buffer' });
}

function join(parent: Buffer, name: Buffer): Buffer {
  return Buffer.concat([parent, Buffer.from('/'), name]);
}

function split(path: Buffer): [parent: Buffer, name: Buffer] {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? [Buffer.from('.'), path] : [path.subarray(0, slash), path.subarray(slash + 1)];
}

/** Another may be removing the same tree, so what is gone is no fault. */
function ignoreMissing(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (errnoNameOf(error) !== 'ENOENT') throw error;
  }
}
