import { type FsOption, isRuntimeError, type Kernel } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { errnoReason, openDirectory, pathOfFd, withFds } from './open-directory.js';

/** The directories of an overlay. Source: Documentation/filesystems/overlayfs.rst of the kernel. */
export interface OverlayDirectories {
  /** Read-only layers, the topmost first. */
  readonly lowers: readonly string[];
  /** What is changed goes here; no other overlay that is mounted may use it. */
  readonly upper: string;
  /** Empty, of the same file system as `upper`. */
  readonly work: string;
}

/** fsconfig(2) takes no string of 256 bytes or more. */
const MAX_OPTION_BYTES = 255;

/**
 * Mounts an overlay, detached. The layers are given to the kernel as /proc/self/fd/N: a path of the user's may be too
 * long for fsconfig(2), or hold a colon, comma or backslash, which mean something to the overlay (and a comma cannot
 * be escaped before Linux 6.5); and the container does not read the host's paths in its mountinfo. Throws
 * `RuntimeError` `bad-root` for a layer that cannot be opened, `root-failed` when the kernel refuses the mount.
 */
export function mountOverlay(kernel: Kernel, { lowers, upper, work }: OverlayDirectories): number {
  const fds: number[] = [];
  const open = (path: string, object: string) => {
    const fd = openDirectory(path, object);
    fds.push(fd);
    return pathOfFd(fd);
  };
  return withFds(fds, () => {
    const layers = lowers.map((path) => open(path, 'the layer'));
    const options: FsOption[] = [
      ['source', 'overlay'],
      ...lowerOptions(layers),
      ['upperdir', open(upper, 'the upper directory')],
      ['workdir', open(work, 'the work directory')],
    ];
    return mountWith(kernel, options, `"${lowers.join(':')}"`);
  });
}

/** `lowerdir+` (Linux 6.7) has no limit; before it there is one string, long enough for a dozen descriptors. */
function lowerOptions(layers: readonly string[]): FsOption[] {
  const joined = layers.join(':');
  if (joined.length <= MAX_OPTION_BYTES) return [['lowerdir', joined]];
  return layers.map((path) => ['lowerdir+', path]);
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
