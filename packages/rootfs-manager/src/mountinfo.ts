import { join, relative } from 'node:path';

/** A line of /proc/self/mountinfo, as far as it matters here. Source: proc(5). */
export interface MountEntry {
  readonly id: number;
  readonly parentId: number;
  /** `major:minor` of the file system. */
  readonly device: string;
  /** Directory of the file system that is mounted. */
  readonly root: string;
  readonly mountPoint: string;
  readonly fstype: string;
}

/** Parses /proc/self/mountinfo; spaces and the like are written as octal numbers there. */
export function parseMountinfo(text: string): MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right = ''] = line.split(' - ', 2);
    const [id, parentId, device = '', root, mountPoint] = left.split(' ');
    const [fstype] = right.split(' ');
    if (root === undefined || mountPoint === undefined || !fstype) return [];
    return [
      {
        id: Number(id),
        parentId: Number(parentId),
        device,
        root: decodeOctal(root),
        mountPoint: decodeOctal(mountPoint),
        fstype,
      },
    ];
  });
}

/**
 * The mounts that are seen at their mount points. One is hidden when it, or a mount that it lies in, has a sibling
 * that covers it (mounted later on a directory above, else it would be the parent), or a child on its very root.
 */
export function listVisible(mounts: readonly MountEntry[]): MountEntry[] {
  const byId = new Map(mounts.map((mount) => [mount.id, mount]));
  const isCovered = (mount: MountEntry): boolean =>
    mounts.some(
      (other) =>
        other !== mount && other.parentId === mount.parentId && covers(other.mountPoint, mount.mountPoint),
    );
  const isReachable = (mount: MountEntry): boolean => {
    if (isCovered(mount)) return false;
    const parent = byId.get(mount.parentId);
    return parent === undefined || parent === mount || isReachable(parent);
  };
  return mounts.filter(
    (mount) =>
      isReachable(mount) &&
      !mounts.some(({ parentId, mountPoint }) => parentId === mount.id && mountPoint === mount.mountPoint),
  );
}

/**
 * All paths at which the directory `path` is seen, itself the first: bind mounts show one in several places. Both the
 * mounts and `path` are those of this process.
 */
export function listPlaces(mounts: readonly MountEntry[], path: string): string[] {
  const visible = listVisible(mounts);
  const holders = visible.filter(({ mountPoint }) => covers(mountPoint, path));
  const [holder] = holders.sort((one, other) => other.mountPoint.length - one.mountPoint.length);
  if (holder === undefined) return [path];
  const inFileSystem = join(holder.root, relative(holder.mountPoint, path));
  const others = visible
    .filter(({ device, root }) => device === holder.device && covers(root, inFileSystem))
    .map(({ root, mountPoint }) => join(mountPoint, relative(root, inFileSystem)));
  return [...new Set([path, ...others])];
}

/** Whether `path` is `directory` or below it. Both absolute and normal. */
export function covers(directory: string, path: string): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}

function decodeOctal(text: string): string {
  return text.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
