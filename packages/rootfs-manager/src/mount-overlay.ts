import { constants, openSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { basename } from 'node:path';
import { type FsOption, isRuntimeError, type Kernel } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { errnoReason, openDirectory, pathOfFd, withFds } from './open-directory.js';

/** The directories of an overlay. Source: Documentation/filesystems/overlayfs.rst of the kernel. */
export interface OverlayDirectories {
  /** Read-only layers, the topmost first. */
  readonly lowers: readonly string[];
  /** What is changed goes here; no other overlay that is mounted may use it. Without, nothing can be changed. */
  readonly upper?: string;
  /** Empty, of the same file system as `upper`; with it only. */
  readonly work?: string;
}

/** fsconfig(2) takes no string of 256 bytes or more. */
const MAX_OPTION_BYTES = 255;
const SOURCE: FsOption = ['source', 'overlay'];
const { EINVAL } = osConstants.errno;

/**
 * Mounts an overlay, detached. The layers are given to the kernel as /proc/self/fd/N: a path of the user's may be too
 * long for fsconfig(2), or hold a colon, comma or backslash, which mean something to the overlay (and a comma cannot
 * be escaped before Linux 6.5); and the container does not read the host's paths in its mountinfo. Throws
 * `RuntimeError` `bad-root` for a layer that cannot be opened, `root-failed` when the kernel refuses the mount.
 */
export function mountOverlay(
  kernel: Kernel,
  directories: OverlayDirectories,
  flags: readonly string[] = [],
): number {
  const fds: number[] = [];
  return withFds(fds, () => {
    for (const path of directories.lowers) fds.push(openDirectory(path, 'the layer'));
    return mountOpenLayers(kernel, fds, directories, flags);
  });
}

/** The same, of layers that are open already: `lowerFds` are those of `lowers`, and stay the caller's. */
export function mountOpenLayers(
  kernel: Kernel,
  lowerFds: readonly number[],
  { lowers, upper, work }: OverlayDirectories,
  flags: readonly string[] = [],
): number {
  const fds: number[] = [];
  const open = (path: string, object: string) => {
    const fd = openDirectory(path, object);
    fds.push(fd);
    return pathOfFd(fd);
  };
  return withFds(fds, () => {
    const layers = lowerFds.map(pathOfFd);
    const rest: FsOption[] = [
      ...flags.map((flag): FsOption => [flag]),
      ...(upper === undefined ? [] : [['upperdir', open(upper, 'the upper directory')] as const]),
      ...(work === undefined ? [] : [['workdir', open(work, 'the work directory')] as const]),
    ];
    return mountLayers(kernel, layers, rest, `"${lowers.join(':')}"`);
  });
}

/**
 * One string holds a dozen layers. More go one by one (`lowerdir+`, Linux 6.7), and on an older kernel by the bare
 * numbers of their descriptors, which are relative paths in /proc/self/fd: some sixty.
 */
function mountLayers(kernel: Kernel, layers: readonly string[], rest: FsOption[], object: string): number {
  const mount = (lower: readonly FsOption[]) => mountWith(kernel, [SOURCE, ...lower, ...rest], object);
  const joined = layers.join(':');
  if (joined.length <= MAX_OPTION_BYTES) return mount([['lowerdir', joined]]);
  try {
    return mount(layers.map((path) => ['lowerdir+', path]));
  } catch (error) {
    const numbers = layers.map((path) => basename(path)).join(':');
    if (numbers.length > MAX_OPTION_BYTES || !isRefused(error)) throw error;
    return inDirectory('/proc/self/fd', () => mount([['lowerdir', numbers]]));
  }
}

function isRefused(error: unknown): boolean {
  return isRuntimeError(error) && error.context.errno === EINVAL;
}

/** The way back goes by descriptor: the directory we are in may have been moved or removed. */
function inDirectory<T>(path: string, use: () => T): T {
  const here = openSync('.', constants.O_RDONLY | constants.O_DIRECTORY);
  return withFds([here], () => {
    process.chdir(path);
    try {
      return use();
    } finally {
      process.chdir(pathOfFd(here));
    }
  });
}

function mountWith(kernel: Kernel, options: readonly FsOption[], object: string): number {
  try {
    return kernel.mountDetached('overlay', options, 0);
  } catch (error) {
    const errno = isRuntimeError(error) ? error.context.errno : undefined;
    throw rootfsError('root-failed', `failed to mount an overlay over ${object}: ${errnoReason(error)}`, {
      cause: error,
      context: errno === undefined ? {} : { errno },
    });
  }
}
