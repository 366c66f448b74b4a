import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { IdMapping, Kernel } from '@mini/contracts';
import { canGainPrivileges, findMapProgram } from './map-programs.js';
import { mapUserIds } from './map-user-ids.js';
import {
  nextFreeId,
  parseSubordinateIds,
  type SubordinateFile,
  selectRanges,
} from './parse-subordinate-ids.js';

/** The ids that containers of an ordinary user can have. */
export interface UserMaps {
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  /** Why there is but one of each; absent when there are more. */
  readonly lack?: { readonly reason: string; readonly hint: string };
  /** Lines of the files that are not heeded, a sentence each. */
  readonly mistakes: readonly string[];
}

/** Who is looked up; `name` is absent for a number without an entry in the user database. */
export interface MapsUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string | undefined;
}

/** What the machine says of a user's ids. */
export interface MapsFacts {
  readonly subuid: SubordinateFile;
  readonly subgid: SubordinateFile;
  /** Why no subordinate ids can be mapped at all. */
  readonly obstacle?: { readonly reason: string; readonly hint: string };
}

const FILES = { uid: '/etc/subuid', gid: '/etc/subgid' } as const;

/** What `chooseUserMaps` says of the user who calls, on this machine. */
export function findUserMaps(
  kernel: Pick<Kernel, 'readXattrs'>,
  caller: { readonly uid: number; readonly gid: number },
): UserMaps {
  const obstacle = findObstacle(kernel);
  return chooseUserMaps(
    { ...caller, name: nameOfCaller() },
    { subuid: readFile(FILES.uid), subgid: readFile(FILES.gid), ...(obstacle ? { obstacle } : {}) },
  );
}

/** Several users and groups, or one of each where either is lacking. A pure function. */
export function chooseUserMaps(user: MapsUser, { subuid, subgid, obstacle }: MapsFacts): UserMaps {
  const uids = mapUserIds(user.uid, selectRanges(subuid, user));
  const gids = mapUserIds(user.gid, selectRanges(subgid, user));
  const mistakes = [...subuid.mistakes, ...subgid.mistakes, ...uids.mistakes, ...gids.mistakes];
  const missing = [
    ...(uids.mappings.length > 1 ? [] : [FILES.uid]),
    ...(gids.mappings.length > 1 ? [] : [FILES.gid]),
  ];
  const lack =
    obstacle ?? (missing.length === 0 ? undefined : describeMissing(user, missing, subuid, subgid));
  if (lack === undefined) return { uidMappings: uids.mappings, gidMappings: gids.mappings, mistakes };
  return {
    uidMappings: uids.mappings.slice(0, 1),
    gidMappings: gids.mappings.slice(0, 1),
    lack,
    mistakes,
  };
}

const IDS_OF_A_USER = 65_536;

function describeMissing(
  { uid, name = String(uid) }: MapsUser,
  missing: readonly string[],
  subuid: SubordinateFile,
  subgid: SubordinateFile,
) {
  const first = Math.max(nextFreeId(subuid), nextFreeId(subgid));
  const files = missing.map((path) => `"${path}"`).join(' and ');
  return {
    reason: `user "${name}" has no ids in ${files}`,
    hint: `as root, add the line "${name}:${first}:${IDS_OF_A_USER}" to ${missing.join(' and to ')}`,
  };
}

function findObstacle(kernel: Pick<Kernel, 'readXattrs'>) {
  for (const name of ['newuidmap', 'newgidmap'] as const) {
    const program = findMapProgram(kernel, name);
    if ('reason' in program) return program;
  }
  if (canGainPrivileges()) return undefined;
  return {
    reason: 'this process can gain no privileges (no_new_privs), and "newuidmap" needs some',
    hint: 'start mini from elsewhere',
  };
}

function readFile(path: string): SubordinateFile {
  try {
    return parseSubordinateIds(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], mistakes: [] };
    return { lines: [], mistakes: [`"${path}" cannot be read: ${(error as Error).message}`] };
  }
}

function nameOfCaller(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
