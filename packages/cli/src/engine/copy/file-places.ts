import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats, statfsSync } from 'node:fs';
import { posix } from 'node:path';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { encodeName, HOLD, HOLD_DIRECTORY, type PackTop } from '@mini/image-store';
import { assertsDirectory, CopyProblem, type CopyTarget, cleanPath } from './copy-rules.js';

/** Opens a path of this machine or of a container, with flags of open(2). */
export type OpenPath = (path: string, flags: number) => number;

/** A file to be copied, held. */
export interface HeldFile extends PackTop {
  readonly isDirectory: boolean;
  close(): void;
}

const { O_DIRECTORY, O_NOFOLLOW } = constants;
const FOLLOW = HOLD & ~O_NOFOLLOW;
const ENOENT = 2;
const MOST_LINKS = 40;

/** File systems whose files have a size only when they are read: proc, sysfs, cgroup, cgroup2, debugfs, tracefs. */
const MADE_UP = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163]);

export function openInContainer(kernel: Kernel, rootFd: number): OpenPath {
  return (path, flags) => kernel.openInRoot(rootFd, encodeName(posix.join('/', path)), flags);
}

export const openOnHost: OpenPath = (path, flags) => openSync(path, flags);

/**
 * Holds what is to be copied. A link at the end is meant itself, unless `followLink` is set or the path says that it is a
 * directory. Throws what `open` throws, and `CopyProblem`.
 */
export function holdSource(open: OpenPath, path: string, followLink: boolean): HeldFile {
  const held = hold(open, path, followLink);
  try {
    // Asked of what is a file's size: pipes and links have none.
    const status = fstatSync(held.fd);
    const hasContent = status.isFile() || status.isDirectory();
    if (hasContent && MADE_UP.has(statfsSync(`/proc/self/fd/${held.fd}`).type)) {
      throw new CopyProblem('the kernel makes it up when it is read');
    }
    return { ...held, isDirectory: status.isDirectory() };
  } catch (error) {
    held.close();
    throw error;
  }
}

function hold(open: OpenPath, path: string, followLink: boolean): Omit<HeldFile, 'isDirectory'> {
  if (followLink || assertsDirectory(path)) {
    const fd = open(path, assertsDirectory(path) ? FOLLOW | O_DIRECTORY : FOLLOW);
    return { fd, parentFd: fd, name: '.', close: () => closeSync(fd) };
  }
  const clean = cleanPath(path);
  const name = posix.basename(clean);
  // There is no name to look at in "/", "." or "..".
  const isNamed = name !== '' && name !== '.' && name !== '..';
  const parentFd = open(isNamed ? posix.dirname(clean) : clean, HOLD_DIRECTORY);
  if (!isNamed) return { fd: parentFd, parentFd, name: '.', close: () => closeSync(parentFd) };
  try {
    const fd = openSync(Buffer.concat([Buffer.from(`/proc/self/fd/${parentFd}/`), encodeName(name)]), HOLD);
    return {
      fd,
      parentFd,
      name,
      close() {
        closeSync(fd);
        closeSync(parentFd);
      },
    };
  } catch (error) {
    closeSync(parentFd);
    throw error;
  }
}

/** What stands at a path, links followed; one that leads nowhere says where a file is to be made. */
export function lookAtTarget(open: OpenPath, path: string): CopyTarget {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = describe(open, at);
    if (found !== undefined) return { path: at, kind: found };
    const target = readLink(open, cleanPath(at));
    if (target === undefined) return { path: at, kind: 'missing' };
    at = posix.resolve('/', posix.dirname(at), target);
  }
  throw new CopyProblem('ELOOP too many symbolic links encountered');
}

/** `undefined` for nothing. */
function describe(open: OpenPath, path: string): CopyTarget['kind'] | undefined {
  const status = statAt(open, path, FOLLOW);
  if (status === undefined) return undefined;
  if (status.isDirectory()) return 'directory';
  return status.isFile() ? 'file' : 'other';
}

function readLink(open: OpenPath, path: string): string | undefined {
  const status = statAt(open, path, HOLD);
  if (status?.isSymbolicLink() !== true) return undefined;
  const parentFd = open(posix.dirname(path), HOLD_DIRECTORY);
  try {
    return readlinkSync(`/proc/self/fd/${parentFd}/${posix.basename(path)}`);
  } finally {
    closeSync(parentFd);
  }
}

function statAt(open: OpenPath, path: string, flags: number): Stats | undefined {
  let fd: number;
  try {
    fd = open(path, flags);
  } catch (error) {
    if (errnoOf(error) === ENOENT) return undefined;
    throw error;
  }
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
}

function errnoOf(error: unknown): number {
  const errno = isRuntimeError(error) ? error.context.errno : (error as NodeJS.ErrnoException).errno;
  return Math.abs(errno ?? 0);
}
