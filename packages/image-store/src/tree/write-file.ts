import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { isRuntimeError, type Kernel, S_IF } from '@mini/contracts';
import { toFsPath } from '../tar/byte-name.js';
import { placeContent, type TarEntry, type TarMember } from '../tar/tar-entry.js';
import { isPortableXattr, joinDevice } from './describe-file.js';
import { FileContent } from './file-content.js';
import { HOLD_DIRECTORY, holdIn, pathIn, pathOfFd, statIn } from './place.js';
import type { Turns } from './turns.js';

const { O_DIRECTORY, O_RDONLY } = constants;
/** Errnos of a file system or a user that knows nothing of extended attributes. */
const NO_XATTRS = new Set([1, 95]);
const SET_ID = 0o6000;

/** Whom a file is to belong to, and what it may do. */
export interface FileRights {
  /** Absent: whoever unpacks keeps it. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /**
   * Keep set-user-ID, set-group-ID and file capabilities, and let others at devices. They say what a file may do for
   * its owner, so they are for files that keep theirs.
   */
  readonly keepPrivileges: boolean;
}

/** The mode that a file gets. */
export function permissionsOf({ mode }: TarEntry, { keepPrivileges }: FileRights): number {
  return keepPrivileges ? mode : mode & ~SET_ID;
}

/** Where a file is to be: nothing stands there. */
export interface Place {
  readonly kernel: Kernel;
  /** A descriptor of `O_PATH`. */
  readonly directoryFd: number;
  readonly name: string;
}

/**
 * Makes a regular file, which nobody else can open before it is whole. What was made goes again when that fails. Returns
 * the bytes written. Throws as `node:fs` does.
 */
export async function writeFile(
  { kernel, directoryFd, name }: Place,
  member: TarMember,
  rights: FileRights,
  turns: Turns,
): Promise<number> {
  const fd = kernel.createFile(directoryFd, toFsPath(name));
  try {
    const written = await writeContent(fd, member, turns);
    finish(kernel, fd, member.entry, rights);
    return written;
  } catch (error) {
    try {
      unlinkSync(pathIn(directoryFd, name));
    } catch {
      // Somebody else was faster.
    }
    throw error;
  } finally {
    closeSync(fd);
  }
}

async function writeContent(fd: number, member: TarMember, turns: Turns): Promise<number> {
  const { content } = member;
  const source = content instanceof FileContent ? { ...member, content: content.borrow() } : member;
  let [end, written] = [0, 0];
  for await (const { position, bytes } of placeContent(source)) {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, position + at);
    end = position + bytes.length;
    written += bytes.length;
    await turns.pass();
  }
  if (end < member.entry.sizeBytes) ftruncateSync(fd, member.entry.sizeBytes);
  return written;
}

/** Owner, attributes, mode and times of a file or directory that is open and complete. */
function finish(kernel: Kernel, fd: number, entry: TarEntry, rights: FileRights): void {
  const { mtimeNs, xattrs } = entry;
  const { owner, keepPrivileges } = rights;
  // Owner first: a change of it takes set-user-ID and capabilities away.
  if (owner !== undefined && xattrs !== undefined) fchownSync(fd, owner.uid, owner.gid);
  for (const [name, value] of xattrs ?? []) {
    if (isPortableXattr(name) && (keepPrivileges || name.startsWith('user.')))
      setXattr(kernel, fd, name, value);
  }
  kernel.finishFile(fd, {
    owner: xattrs === undefined ? owner : undefined,
    mode: permissionsOf(entry, rights),
    modifiedNs: mtimeNs,
  });
}

/** Where there are none, the file is as good without them. */
function setXattr(kernel: Kernel, fd: number, name: string, value: Uint8Array): void {
  try {
    kernel.setXattr(fd, name, value);
  } catch (error) {
    if (!isRuntimeError(error) || !NO_XATTRS.has(Number(error.context.errno))) throw error;
  }
}

/** A directory that was made or found: what of it can only be set when all below it is there. */
export interface OpenDirectory {
  readonly entry: TarEntry;
  readonly inode: number;
}

/**
 * Makes a directory that only its owner can enter, or takes the one that is there. Its descriptor is `keep`'s to close, where
 * there is one.
 */
export function makeDirectory(
  { directoryFd, name }: Place,
  entry: TarEntry,
  { owner }: FileRights,
  exists: boolean,
  keep: (fd: number) => void = closeSync,
): OpenDirectory {
  if (!exists) mkdirSync(pathIn(directoryFd, name), 0o700);
  const fd = holdIn(directoryFd, name, HOLD_DIRECTORY);
  try {
    const { uid, gid, ino } = fstatSync(fd);
    // By its descriptor: the name may be a link by now.
    if (owner !== undefined && (uid !== owner.uid || gid !== owner.gid)) chownHeld(fd, owner);
    return { entry, inode: ino };
  } finally {
    keep(fd);
  }
}

/** Owner, mode, attributes and times of a directory that is held and complete: the top of a layer. */
export function finishHeld(kernel: Kernel, heldFd: number, entry: TarEntry, rights: FileRights): void {
  const fd = openSync(pathOfFd(heldFd), O_RDONLY | O_DIRECTORY);
  try {
    finish(kernel, fd, entry, rights);
  } finally {
    closeSync(fd);
  }
}

/** Mode, attributes and times of a directory that is complete; what has taken its name meanwhile is left alone. */
export function finishDirectory(
  { kernel, directoryFd, name }: Place,
  { entry, inode }: OpenDirectory,
  rights: FileRights,
): void {
  if (statIn(directoryFd, name)?.ino !== inode) return;
  const fd = holdIn(directoryFd, name, HOLD_DIRECTORY);
  try {
    if (fstatSync(fd).ino !== inode) return;
    setDirectoryXattrs(kernel, fd, entry);
    chmodSync(pathOfFd(fd), permissionsOf(entry, rights));
    kernel.setTimes(pathIn(directoryFd, name), entry.mtimeNs, entry.mtimeNs);
  } finally {
    closeSync(fd);
  }
}

/** Only an open directory takes them, and only `user.*` mean anything there. */
function setDirectoryXattrs(kernel: Kernel, heldFd: number, { xattrs }: TarEntry): void {
  const user = [...(xattrs ?? [])].filter(([name]) => isPortableXattr(name) && name.startsWith('user.'));
  if (user.length === 0) return;
  const fd = openSync(pathOfFd(heldFd), O_RDONLY | O_DIRECTORY);
  try {
    for (const [name, value] of user) setXattr(kernel, fd, name, value);
  } finally {
    closeSync(fd);
  }
}

/** Makes a symbolic link, whatever it says: who follows it later is another matter. */
export function writeSymlink(
  { kernel, directoryFd, name }: Place,
  entry: TarEntry,
  { owner }: FileRights,
): void {
  const target = toFsPath(entry.linkPath ?? '');
  kernel.makeSymlink(directoryFd, toFsPath(name), target, { owner, modifiedNs: entry.mtimeNs });
}

/** Another name of a file; a link at the end of `target` is meant itself. */
export function writeHardLink(
  { directoryFd, name }: Place,
  target: Pick<Place, 'directoryFd' | 'name'>,
): void {
  linkSync(pathIn(target.directoryFd, target.name), pathIn(directoryFd, name));
}

/** A FIFO or a device. */
export function writeNode(place: Place, entry: TarEntry, { owner, keepPrivileges }: FileRights): void {
  const { kernel, directoryFd, name } = place;
  const path = pathIn(directoryFd, name);
  const { type, device } = entry;
  const format = type === 'fifo' ? S_IF.IFO : type === 'block' ? S_IF.BLK : S_IF.CHR;
  kernel.mknod(path, format | 0o600, device === undefined ? 0n : joinDevice(device));
  const fd = holdIn(directoryFd, name);
  try {
    // Nothing else that has taken the name is given rights.
    const status = fstatSync(fd);
    if (status.isSymbolicLink() || status.isDirectory()) return;
    if (owner !== undefined) chownHeld(fd, owner);
    // A device in the hands of others is a way into the machine.
    const mode = keepPrivileges ? entry.mode : entry.mode & (type === 'fifo' ? ~SET_ID : 0o600);
    chmodSync(pathOfFd(fd), mode);
    kernel.setTimes(path, entry.mtimeNs, entry.mtimeNs);
  } finally {
    closeSync(fd);
  }
}

function chownHeld(fd: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  chownSync(pathOfFd(fd), uid, gid);
}
