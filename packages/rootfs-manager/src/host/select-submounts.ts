import { covers, listVisible, type MountEntry } from '../mountinfo.js';

/** File systems that hold a system's own files and can be a layer of an overlay. */
const FILE_SYSTEMS = new Set(
  'ext2 ext3 ext4 xfs btrfs f2fs zfs bcachefs jfs reiserfs erofs squashfs overlay virtiofs 9p'.split(' '),
);

/** Nobody's programs: kernel views, media, boot loaders, and mounts of other engines. */
const PLACES_LEFT_OUT = [
  '/boot',
  '/dev',
  '/efi',
  '/media',
  '/mnt',
  '/proc',
  '/snap',
  '/sys',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/kubelet',
  '/var/lib/snapd',
];

/** Each costs an overlay and a descriptor of the launch; a system has one to five. */
const MOST_SUBMOUNTS = 16;

/**
 * Mount points below `/` whose content belongs to the `host` image, such as a separate /usr or /nix, parents before
 * children. `mounts` are those of /proc/self/mountinfo, `hidden` the paths that the image hides.
 */
export function selectSubmounts(mounts: readonly MountEntry[], hidden: readonly string[]): string[] {
  const out = [...PLACES_LEFT_OUT, ...hidden];
  const points = listVisible(mounts)
    .filter(({ mountPoint, fstype }) => mountPoint !== '/' && FILE_SYSTEMS.has(fstype))
    .map(({ mountPoint }) => mountPoint)
    .filter((mountPoint) => !out.some((place) => covers(place, mountPoint)));
  return [...new Set(points)].sort().slice(0, MOST_SUBMOUNTS);
}
