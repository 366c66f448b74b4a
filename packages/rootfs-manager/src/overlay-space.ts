import { closeSync, existsSync, mkdirSync, mkdtempSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { type Kernel, MOUNT_ATTR } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { pathOfFd } from './open-directory.js';

/** A directory that upper and work directories can lie in. */
export interface OverlaySpace {
  readonly path: string;
  /** Its path means something in this process alone, and no later start finds it. */
  readonly isDetached?: true;
  /** To be removed with the container; absent when it is the container's own directory, or nowhere. */
  readonly extraDirectory?: string;
  /** Gives up what holds the space in this process: the mounts made in it hold it themselves. */
  readonly close: () => void;
}

/** Magic numbers of statfs(2). */
const OVERLAY_MAGIC = 0x794c7630;
const TMPFS_MAGIC = 0x01021994;

/** Where a tmpfs usually is, on a machine whose kernel wants one that is attached. */
const TMPFS_DIRECTORIES = ['/run', '/dev/shm', '/tmp'];

/**
 * The container's own directory, or where that lies on an overlay itself (mini within a container), which cannot hold
 * an upper, a tmpfs: a detached one, of which no trace is left, where the kernel can use that (Linux 6.15), else a
 * directory on one that is mounted. What is changed then lives in memory and ends with the container or the machine.
 * Without a `kernel` (the caller may not mount) only the directory. `typeOf` is the type of statfs(2), for tests.
 */
export function openOverlaySpace(
  kernel: Kernel | undefined,
  containerDirectory: string,
  typeOf: (path: string) => number = (path) => statfsSync(path).type,
): OverlaySpace {
  if (typeOf(containerDirectory) !== OVERLAY_MAGIC) return { path: containerDirectory, close() {} };
  const detached = kernel === undefined ? undefined : openDetachedSpace(kernel);
  return detached ?? makeSpaceOnTmpfs(typeOf);
}

/** Without a trial nobody knows whether the kernel takes a detached mount as a layer. */
function openDetachedSpace(kernel: Kernel): OverlaySpace | undefined {
  const fd = kernel.mountDetached('tmpfs', [['mode', '0700']], MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV);
  const path = pathOfFd(fd);
  const trial = (name: string) => {
    const directory = join(path, 'trial', name);
    mkdirSync(directory, { recursive: true });
    return directory;
  };
  try {
    const options = [
      ['lowerdir', trial('lower')],
      ['upperdir', trial('upper')],
      ['workdir', trial('work')],
    ] as const;
    closeSync(kernel.mountDetached('overlay', options, 0));
    return { path, isDetached: true, close: () => closeSync(fd) };
  } catch {
    closeSync(fd);
    return undefined;
  }
}

function makeSpaceOnTmpfs(typeOf: (path: string) => number): OverlaySpace {
  const parent = TMPFS_DIRECTORIES.find((path) => existsSync(path) && typeOf(path) === TMPFS_MAGIC);
  if (parent === undefined) {
    throw rootfsError(
      'root-failed',
      `failed to find a place for the changes of the container: none of ${TMPFS_DIRECTORIES.join(', ')} is a tmpfs`,
      { context: { hint: 'mini runs on an overlay here, and needs a volume for its data directory' } },
    );
  }
  const path = mkdtempSync(join(parent, 'mini-'));
  return { path, extraDirectory: path, close() {} };
}
