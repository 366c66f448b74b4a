import { lstatSync, readdirSync, type Stats } from 'node:fs';
import { covers } from '../mountinfo.js';
import type { HiddenEntry } from './hidden-entry.js';

/** Walked in full: configuration, and the data of services. */
const WALKED = ['/etc', '/var'];
/** Where services that come without a package keep program and data. */
const SERVICE_DIRECTORIES = ['/opt', '/srv'];
/** Lists and caches of package managers: many files, made for everybody. */
const PUBLIC = [
  '/var/cache/apt',
  '/var/cache/fontconfig',
  '/var/cache/man',
  '/var/lib/apt/lists',
  '/var/lib/dpkg',
  '/var/lib/flatpak',
  '/var/lib/pacman',
  '/var/lib/rpm',
];
/** Nothing of people or services in there, or mounted over anyway. */
const NOT_WALKED = ['/usr', '/proc', '/sys', '/dev'];
/** A service that keeps more files than this is not looked through at every start: it is hidden as a whole. */
const MOST_ENTRIES = 4000;

const OTHERS_READ = 0o004;
const OTHERS_READ_AND_SEARCH = 0o005;

/** What the walk is given. */
export interface Walk {
  /** `/`, or a directory that stands for it in tests. */
  readonly root: string;
  /** Paths that are hidden already. */
  readonly hidden: readonly string[];
}

/**
 * What an unprivileged user of this machine could not read: the container's root could, with the rights of the
 * machine's root over the same files. /etc and /var in full, /opt and /srv three levels deep, everything else two:
 * a directory that is closed to others is nearly always closed at its top. Files without content are left, programs
 * take them for locks.
 */
export function findUnreadable(walk: Walk): HiddenEntry[] {
  return list(walk, '/')
    .filter(({ path }) => !NOT_WALKED.includes(path))
    .flatMap((entry) => {
      if (WALKED.includes(entry.path) && isOpen(entry)) {
        return list(walk, entry.path).flatMap((child) => walkService(walk, child));
      }
      return walkLevels(walk, entry, SERVICE_DIRECTORIES.includes(entry.path) ? 2 : 1);
    });
}

interface Entry {
  readonly path: string;
  readonly isDirectory: boolean;
  /** How it is hidden; `undefined` for what everybody may read. */
  readonly how: HiddenEntry['how'] | undefined;
}

function isOpen({ isDirectory, how }: Entry): boolean {
  return isDirectory && how === undefined;
}

function walkLevels(walk: Walk, entry: Entry, levels: number): HiddenEntry[] {
  if (levels === 0 || !isOpen(entry)) return toHidden([entry]);
  return list(walk, entry.path).flatMap((child) => walkLevels(walk, child, levels - 1));
}

/** One child of /etc or /var; those of /var hold a directory for each service, which are judged one by one. */
function walkService(walk: Walk, entry: Entry): HiddenEntry[] {
  if (!isOpen(entry)) return toHidden([entry]);
  return list(walk, entry.path).flatMap((child) => {
    if (!isOpen(child)) return toHidden([child]);
    const budget = { left: MOST_ENTRIES };
    const found = walkAll(walk, child, budget);
    return budget.left < 0 ? [{ path: child.path, how: 'empty' } as const] : found;
  });
}

function walkAll(walk: Walk, directory: Entry, budget: { left: number }): HiddenEntry[] {
  if (PUBLIC.some((place) => covers(place, directory.path))) return [];
  const entries = list(walk, directory.path);
  budget.left -= entries.length;
  if (budget.left < 0) return [];
  return entries.flatMap((entry) => (isOpen(entry) ? walkAll(walk, entry, budget) : toHidden([entry])));
}

/** The entries of a directory but for links and what is hidden already. What vanishes meanwhile is not there. */
function list({ root, hidden }: Walk, directory: string): Entry[] {
  const [prefix, hostPrefix] = [directory, root].map((path) => (path === '/' ? '' : path));
  return readNames(`${hostPrefix}${directory}`).flatMap((name) => {
    const path = `${prefix}/${name}`;
    const status = lstatSync(`${hostPrefix}${path}`, { throwIfNoEntry: false });
    if (status === undefined || status.isSymbolicLink() || hidden.includes(path)) return [];
    return [{ path, isDirectory: status.isDirectory(), how: judge(status) }];
  });
}

function readNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Whether everybody may read it, and else how it is hidden. */
export function judge(status: Stats): HiddenEntry['how'] | undefined {
  if (status.isDirectory()) {
    return (status.mode & OTHERS_READ_AND_SEARCH) === OTHERS_READ_AND_SEARCH ? undefined : 'empty';
  }
  const isEmpty = status.isFile() && status.size === 0;
  return (status.mode & OTHERS_READ) !== 0 || isEmpty ? undefined : 'remove';
}

function toHidden(entries: readonly Entry[]): HiddenEntry[] {
  return entries.flatMap(({ path, how }) => (how === undefined ? [] : [{ path, how }]));
}
