/** One line of /proc/PID/mountinfo. Source: proc_pid_mountinfo(5). */
export interface MountInfo {
  readonly id: number;
  readonly parentId: number;
  /** The directory of the file system that is the root of this mount. */
  readonly root: string;
  readonly mountPoint: string;
  readonly fstype: string;
  /** Options of the file system, not of this mount; v1 cgroups name their controllers here. */
  readonly superOptions: readonly string[];
}

/** Space, tab, newline and backslash are written as three octal digits. */
function unescapePath(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function parseLine(line: string): MountInfo | undefined {
  const fields = line.split(' ');
  // Optional fields of varying number stand between the sixth field and a lone hyphen.
  const hyphen = fields.indexOf('-', 6);
  if (hyphen < 0 || fields.length < hyphen + 4) return undefined;
  return {
    id: Number(fields[0]),
    parentId: Number(fields[1]),
    root: unescapePath(fields[3]!),
    mountPoint: unescapePath(fields[4]!),
    fstype: fields[hyphen + 1]!,
    superOptions: fields[hyphen + 3]!.split(','),
  };
}

/** All mounts of a mountinfo text, in its order; lines of an unknown form are left out. */
export function parseMountinfo(text: string): MountInfo[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

/**
 * Whether another mount lies over `mount`, so that its path leads elsewhere. A later mount on a path has the mount
 * that it covers as its parent, so we walk up and look for siblings that were put over the way to us.
 */
export function isHidden(mount: MountInfo, mounts: readonly MountInfo[]): boolean {
  const byId = new Map(mounts.map((each) => [each.id, each]));
  const covers = (parent: MountInfo, way: MountInfo | undefined) =>
    mounts.some(
      (each) =>
        each !== way &&
        each.id !== each.parentId &&
        each.parentId === parent.id &&
        (way === undefined
          ? each.mountPoint === parent.mountPoint
          : isAtOrBelow(way.mountPoint, each.mountPoint)),
    );
  let way: MountInfo | undefined;
  for (let at: MountInfo | undefined = mount; at !== undefined; at = byId.get(at.parentId)) {
    if (covers(at, way)) return true;
    if (at.id === at.parentId) break;
    way = at;
  }
  return false;
}
