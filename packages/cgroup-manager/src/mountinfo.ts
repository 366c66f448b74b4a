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
  if (!field.includes('\\')) return field;
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
  const mounts: MountInfo[] = [];
  for (const line of text.split('\n')) {
    const mount = parseLine(line);
    if (mount !== undefined) mounts.push(mount);
  }
  return mounts;
}

function isAtOrBelow(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

/** The mounts of a mountinfo text, with the ways between them. */
export class MountTree {
  readonly #byId = new Map<number, MountInfo>();
  readonly #childrenOf = new Map<number, MountInfo[]>();

  constructor(mounts: readonly MountInfo[]) {
    for (const mount of mounts) {
      this.#byId.set(mount.id, mount);
      if (mount.id === mount.parentId) continue;
      const children = this.#childrenOf.get(mount.parentId);
      if (children === undefined) this.#childrenOf.set(mount.parentId, [mount]);
      else children.push(mount);
    }
  }

  /**
   * Whether another mount lies over `mount`, so that its path leads elsewhere. A later mount on a path has the mount
   * that it covers as its parent, so we walk up and look for siblings that were put over the way to us.
   */
  isHidden(mount: MountInfo): boolean {
    let way: MountInfo | undefined;
    for (let at: MountInfo | undefined = mount; at !== undefined; at = this.#byId.get(at.parentId)) {
      if (this.#isCovered(at, way)) return true;
      if (at.id === at.parentId) break;
      way = at;
    }
    return false;
  }

  /** Whether a mount on `parent` lies over `parent` itself or over the way to `way`, which is on it too. */
  #isCovered(parent: MountInfo, way: MountInfo | undefined): boolean {
    for (const child of this.#childrenOf.get(parent.id) ?? []) {
      if (child === way) continue;
      const isOver =
        way === undefined
          ? child.mountPoint === parent.mountPoint
          : isAtOrBelow(way.mountPoint, child.mountPoint);
      if (isOver) return true;
    }
    return false;
  }
}
