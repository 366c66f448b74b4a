import { readdirSync, readlinkSync } from 'node:fs';
import { MOUNT_ATTR, type Step, TARGET_KIND } from '@mini/contracts';
import { covers } from '../mountinfo.js';

/** An entry of the host's `/`: a directory, or a link with its target. */
export interface HostEntry {
  readonly name: string;
  readonly target?: string;
}

/** Of the machine's own content; everything else at the top is people's. */
const BOUND = new Set([
  'bin',
  'etc',
  'gnu',
  'lib',
  'lib32',
  'lib64',
  'libx32',
  'nix',
  'opt',
  'sbin',
  'srv',
  'usr',
  'var',
]);
/** What a system has beside, empty: mount points, and places to write to. */
const EMPTY: readonly [path: string, mode: number][] = [
  ['/dev', 0o755],
  ['/home', 0o755],
  ['/mnt', 0o755],
  ['/proc', 0o555],
  ['/root', 0o700],
  ['/run', 0o755],
  ['/run/lock', 0o1777],
  ['/sys', 0o555],
  ['/tmp', 0o1777],
];

/**
 * The `host` image of an unprivileged user: a tmpfs with the directories of the system bound below it, read-only. An
 * overlay over `/` is refused in a user namespace. The kernel itself keeps from the container what the user cannot
 * read; `hidden` are directories that exist and are covered where they would be seen: the user's own, like mini's data.
 */
export function compileUnprivilegedHost(entries: readonly HostEntry[], hidden: readonly string[]): Step[] {
  const shown = entries.filter(({ name }) => BOUND.has(name));
  const isShown = (path: string) =>
    shown.some(({ name, target }) => target === undefined && covers(`/${name}`, path));
  const places = [...new Set(['/var/tmp', ...hidden])].filter(isShown);
  // A tmpfs below another would be a mount point that someone sees.
  const outermost = places.filter((path) => !places.some((each) => each !== path && covers(each, path)));
  return [
    {
      op: 'root_fs',
      fstype: 'tmpfs',
      source: 'root',
      options: ['mode=755'],
      attributes: MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV,
      origin: 'root.path',
    },
    ...shown.map(({ name, target }) =>
      target === undefined ? bindStep(`/${name}`) : linkStep(name, target),
    ),
    ...EMPTY.map(([path, mode]): Step => ({ op: 'mkdir', path, mode, origin: 'root.path' })),
    ...outermost.map(coverStep),
  ];
}

/** The top of this machine's root: directories and links alone. */
export function listHostEntries(): HostEntry[] {
  return readdirSync('/', { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return [{ name: entry.name }];
    return entry.isSymbolicLink() ? [{ name: entry.name, target: readlinkSync(`/${entry.name}`) }] : [];
  });
}

function linkStep(name: string, content: string): Step {
  return { op: 'symlink', content, path: `/${name}`, origin: 'root.path' };
}

function bindStep(path: string): Step {
  return {
    op: 'bind',
    source: path,
    fd: -1,
    target: path,
    targetKind: TARGET_KIND.directory,
    recursive: 1,
    attributesSet: MOUNT_ATTR.RDONLY,
    attributesClear: 0,
    attributesRecursive: 1,
    propagation: 0,
    origin: 'root.path',
  };
}

function coverStep(target: string): Step {
  return {
    op: 'mount',
    fstype: 'tmpfs',
    source: 'tmpfs',
    target,
    options: [`mode=${target === '/var/tmp' ? '1777' : '755'}`],
    attributes: MOUNT_ATTR.NOSUID | MOUNT_ATTR.NODEV,
    propagation: 0,
    origin: 'root.path',
  };
}
