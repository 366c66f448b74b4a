import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parsePasswd, removeHashes } from '../account-files.js';
import { covers } from '../mountinfo.js';
import type { HiddenEntry } from './hidden-entry.js';

/** Content of people and of the moment. */
const EMPTIED = ['/home', '/root', '/run', '/tmp', '/var/tmp', '/etc/ssl/private'];
const HASHES = ['/etc/shadow', '/etc/gshadow'];
/** What an administrator's system writes at the start or a container engine mounts: the content is wanted. */
const NETWORK_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/hostname'];
/** A home in there is the system's, not a person's. */
const SYSTEM_DIRECTORIES = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/proc',
  '/sbin',
  '/sys',
  '/usr',
  '/run',
];
/** Numbers of people begin here, by login.defs(5); the last is `nobody`. */
const FIRST_PERSON = 1000;
const NOBODY = 65534;

/**
 * What is hidden by its name: home directories, temporary and runtime files, password hashes, keys of the SSH server,
 * and `dataDirectories`, mini's own. `root` is `/`, or a directory that stands for it in tests.
 */
export function listKnownSecrets(root: string, dataDirectories: readonly string[]): HiddenEntry[] {
  const exists = (path: string) => existsSync(join(root, path));
  const homes = listHomes(root).filter((path) => !EMPTIED.some((place) => covers(place, path)));
  const empty = [...EMPTIED, ...homes].map((path) => resolveLink(root, path));
  return [
    ...empty.filter(exists).map((path) => ({ path, how: 'empty' }) as const),
    ...dataDirectories
      .map((path) => resolveLink(root, path))
      .filter((path) => path !== '/' && exists(path))
      .map((path) => ({ path, how: 'remove' }) as const),
    ...HASHES.filter(exists).flatMap((path) => [
      { path, how: 'replace', content: removeHashes(readFileSync(join(root, path), 'utf8')) } as const,
      ...(exists(`${path}-`) ? [{ path: `${path}-`, how: 'remove' } as const] : []),
    ]),
    ...listServerKeys(root),
    ...listNetworkFiles(root, empty),
  ];
}

/** Directories that are there, empty, in one that is emptied: /var/lock leads to it, and programs expect it. */
export function listKept(root: string): HiddenEntry[] {
  return ['/run/lock'].filter((path) => existsSync(join(root, path))).map((path) => ({ path, how: 'empty' }));
}

function listHomes(root: string): string[] {
  return parsePasswd(readOr(join(root, '/etc/passwd'), ''))
    .filter(({ uid }) => uid >= FIRST_PERSON && uid !== NOBODY)
    .map(({ home }) => home.replace(/\/+$/, ''))
    .filter((home) => /^\/[^/]+/.test(home) && !SYSTEM_DIRECTORIES.some((place) => covers(place, home)));
}

function listServerKeys(root: string): HiddenEntry[] {
  try {
    return readdirSync(join(root, '/etc/ssh'))
      .filter((name) => name.endsWith('_key'))
      .map((name) => ({ path: `/etc/ssh/${name}`, how: 'remove' }));
  } catch {
    return [];
  }
}

/** Only those that the overlay would not show as the machine has them: links to /run, and files mounted one by one. */
function listNetworkFiles(root: string, empty: readonly string[]): HiddenEntry[] {
  return NETWORK_FILES.flatMap((path) => {
    const target = resolveLink(root, path);
    const shown = target === path && !isMountedFile(join(root, path));
    const content = readOr(join(root, target), undefined);
    const lost = !shown && (target === path || empty.some((place) => covers(place, target)));
    return lost && content !== undefined ? [{ path, how: 'replace', content } as const] : [];
  });
}

function isMountedFile(path: string): boolean {
  return readOr('/proc/self/mountinfo', '').includes(` ${path} `);
}

/** The path that is meant, without links and seen from `root`; the path itself when it is not there. */
function resolveLink(root: string, path: string): string {
  try {
    const real = realpathSync(join(root, path));
    const base = realpathSync(root);
    if (base === '/') return real;
    return covers(base, real) ? real.slice(base.length) || '/' : path;
  } catch {
    return path;
  }
}

function readOr<T>(path: string, otherwise: T): string | T {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
