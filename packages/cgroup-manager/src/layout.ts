import { readFileSync } from 'node:fs';
import { cgroupError, wrapping } from './errors.js';
import { type MountInfo, MountTree, parseMountinfo } from './mountinfo.js';

/** One mounted tree of control groups. */
export interface Hierarchy {
  readonly version: 1 | 2;
  /**
   * Controllers of this tree by the kernel's names. A v1 tree without controllers has its name instead:
   * `name=systemd`. On v2 those that the tree's root offers, from its `cgroup.controllers`.
   */
  readonly controllers: readonly string[];
  /** Where it is mounted; the path of a group is appended to this. */
  readonly mountPoint: string;
  /** The group that is seen at the mount point; not `/` in a container without a cgroup namespace. */
  readonly mountRoot: string;
  /** The group of the calling process, relative to the mount point; `/` when it is outside of the mount. */
  readonly ownPath: string;
}

/** How this machine has its control groups. */
export interface CgroupLayout {
  readonly mode: 'v1' | 'v2' | 'hybrid';
  readonly hierarchies: readonly Hierarchy[];
}

/** What a layout is read from; texts, so that it can be read without the machine. */
export interface LayoutSources {
  /** Text of /proc/self/mountinfo. */
  readonly mountinfo: string;
  /** Text of /proc/self/cgroup. */
  readonly ownCgroup: string;
  /** Text of `cgroup.controllers` in the directory where a v2 tree is mounted. */
  readonly readControllers: (mountPoint: string) => string;
}

interface Membership {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** Lines `ID:CONTROLLERS:PATH` of cgroups(7); v2 is the line with an empty list. */
function parseMemberships(text: string): Membership[] {
  const memberships: Membership[] = [];
  for (const line of text.split('\n')) {
    // By hand: compiling an expression would cost every start more than all these lines.
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    const path = line.slice(second + 1);
    if (first < 0 || second < 0 || !path.startsWith('/')) continue;
    const controllers = line.slice(first + 1, second);
    memberships.push({ controllers: controllers === '' ? [] : controllers.split(','), path });
  }
  return memberships;
}

function relativeTo(mountRoot: string, path: string): string {
  if (mountRoot === '/') return path;
  if (path === mountRoot) return '/';
  return path.startsWith(`${mountRoot}/`) ? path.slice(mountRoot.length) : '/';
}

function readHierarchy(mount: MountInfo, memberships: Membership[], sources: LayoutSources): Hierarchy {
  const version = mount.fstype === 'cgroup2' ? 2 : 1;
  // Other options (`xattr`, `release_agent=…`) stand between the controllers: only what the process is a member
  // of is a controller.
  const membership = memberships.find(({ controllers }) =>
    version === 2
      ? controllers.length === 0
      : controllers.some((controller) => mount.superOptions.includes(controller)),
  );
  const offered = version === 2 ? sources.readControllers(mount.mountPoint) : '';
  return {
    version,
    controllers:
      version === 2 ? offered.split(/\s+/).filter((name) => name !== '') : (membership?.controllers ?? []),
    mountPoint: mount.mountPoint,
    mountRoot: mount.root,
    ownPath: relativeTo(mount.root, membership?.path ?? '/'),
  };
}

/** The same tree is often mounted twice; the one that shows most of it is taken, then the first. */
function chooseMounts(mounts: readonly MountInfo[]): MountInfo[] {
  const chosen = new Map<string, MountInfo>();
  const tree = new MountTree(mounts);
  for (const mount of mounts) {
    if (mount.fstype !== 'cgroup' && mount.fstype !== 'cgroup2') continue;
    if (tree.isHidden(mount)) continue;
    const key = mount.fstype === 'cgroup2' ? 'v2' : mount.superOptions.filter((name) => name !== 'ro').join();
    const rival = chosen.get(key);
    if (rival === undefined || (rival.root !== '/' && mount.root === '/')) chosen.set(key, mount);
  }
  return [...chosen.values()];
}

/**
 * The layout that the texts describe. Throws `RuntimeError` with code `cgroup-unavailable` when no cgroup file
 * system is mounted.
 */
export function parseCgroupLayout(sources: LayoutSources): CgroupLayout {
  const memberships = parseMemberships(sources.ownCgroup);
  const hierarchies = chooseMounts(parseMountinfo(sources.mountinfo))
    .map((mount) => readHierarchy(mount, memberships, sources))
    // A v1 tree that we are in no group of belongs to another: it would have no place to join.
    .filter(({ version, controllers }) => version === 2 || controllers.length > 0);
  if (hierarchies.length === 0) {
    throw cgroupError(
      'cgroup-unavailable',
      'failed to find control groups in "/proc/self/mountinfo": no cgroup file system is mounted',
      { hint: 'mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup' },
    );
  }
  const versions = new Set(hierarchies.map(({ version }) => version));
  return { mode: versions.size === 2 ? 'hybrid' : versions.has(2) ? 'v2' : 'v1', hierarchies };
}

function readText(path: string): string {
  return wrapping('cgroup-unavailable', `failed to read "${path}"`, () => readFileSync(path, 'utf8'));
}

/** Looks at this machine: three or four small reads. Throws as `parseCgroupLayout` does, and when they fail. */
export function detectCgroupLayout(paths: { mountinfo?: string; ownCgroup?: string } = {}): CgroupLayout {
  return parseCgroupLayout({
    mountinfo: readText(paths.mountinfo ?? '/proc/self/mountinfo'),
    ownCgroup: readText(paths.ownCgroup ?? '/proc/self/cgroup'),
    readControllers: (mountPoint) => readText(`${mountPoint}/cgroup.controllers`),
  });
}

/** The tree that has the controller, by any of its names (`io` is `blkio` on v1). */
export function findHierarchy(layout: CgroupLayout, ...names: readonly string[]): Hierarchy | undefined {
  return layout.hierarchies.find(({ controllers }) => controllers.some((each) => names.includes(each)));
}

/** The v2 tree, of a hybrid layout too. */
export function findUnified(layout: CgroupLayout): Hierarchy | undefined {
  return layout.hierarchies.find(({ version }) => version === 2);
}
