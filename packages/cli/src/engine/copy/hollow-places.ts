import { posix } from 'node:path';
import type { MountEntry } from '@mini/rootfs-manager';

/** File systems that are a view into the kernel and no files to be kept. */
const VIEWS = new Set(
  'proc sysfs cgroup cgroup2 devpts mqueue debugfs tracefs securityfs bpf configfs pstore binfmt_misc'.split(
    ' ',
  ),
);

/**
 * Which places below `top` are copied without what is in them: views into the kernel, and /dev, where files are devices.
 * Gives the predicate that `packTree` takes: paths are those below the top.
 */
export function hollowPlaces(mounts: readonly MountEntry[], top: string): (path: string) => boolean {
  return isAmong(
    mounts.filter(({ mountPoint, fstype }) => VIEWS.has(fstype) || mountPoint === '/dev'),
    top,
  );
}

/** All mount points but the root's own: what is left is what the container's root holds itself. */
export function mountPlaces(mounts: readonly MountEntry[]): (path: string) => boolean {
  return isAmong(mounts, '/');
}

/** The top itself is what was asked for, whatever it is. */
function isAmong(mounts: readonly MountEntry[], top: string): (path: string) => boolean {
  const places = new Set(mounts.map(({ mountPoint }) => mountPoint));
  return (path) => path !== '.' && places.has(posix.join('/', top, path));
}
