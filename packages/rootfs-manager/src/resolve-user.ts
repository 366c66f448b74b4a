import type { Kernel } from '@mini/contracts';
import {
  type GroupEntry,
  MAX_ID,
  type PasswdEntry,
  parseGroup,
  parseId,
  parsePasswd,
} from './account-files.js';
import { rootfsError } from './errors.js';
import { readFileInRoot } from './read-in-root.js';

/** The user that a process of the container runs as. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** The primary group first: without it setgroups(2) would give access that its group is denied. */
  readonly additionalGids: readonly number[];
  /** Absent for a number without an entry. */
  readonly name?: string;
  /** `/` without an entry. */
  readonly home: string;
  /** `/bin/sh` without an entry. */
  readonly shell: string;
}

/** The account files of a root; either can be missing. */
export interface Accounts {
  readonly passwd: readonly PasswdEntry[] | undefined;
  readonly group: readonly GroupEntry[] | undefined;
}

/**
 * Who `user[:group]` is in this root, by its /etc/passwd and /etc/group and no one else's. Numbers need no entry.
 * With a group given the user's other groups are left out, as `docker run -u` does; `groupAdd` comes on top. Throws
 * `RuntimeError` `bad-user` for an unknown name or a number out of range, `bad-root` for unusable account files.
 */
export function resolveUser(
  kernel: Kernel,
  rootFd: number,
  user: string,
  groupAdd: readonly string[] = [],
): ResolvedUser {
  const passwd = readFileInRoot(kernel, rootFd, '/etc/passwd');
  const group = readFileInRoot(kernel, rootFd, '/etc/group');
  const accounts = {
    passwd: passwd === undefined ? undefined : parsePasswd(passwd),
    group: group === undefined ? undefined : parseGroup(group),
  };
  return resolveUserIn(accounts, user, groupAdd);
}

/** `resolveUser` on files that have been read: a pure function. */
export function resolveUserIn(
  accounts: Accounts,
  user: string,
  groupAdd: readonly string[] = [],
): ResolvedUser {
  const [userText = '', groupText = '', ...rest] = user.split(':');
  if (rest.length > 0) throw badUser('user', user, 'it has more than one colon');
  const { uid, entry } = findUser(accounts.passwd, userText === '' ? '0' : userText);
  const gid = groupText === '' ? (entry?.gid ?? 0) : findGroup(accounts.group, groupText);
  const memberships =
    groupText === '' && entry !== undefined ? findMemberships(accounts.group, entry.name) : [];
  const added = groupAdd.map((text) => findGroup(accounts.group, text));
  return {
    uid,
    gid,
    additionalGids: [...new Set([gid, ...memberships, ...added])],
    ...(entry === undefined ? {} : { name: entry.name }),
    home: entry?.home || '/',
    shell: entry?.shell || '/bin/sh',
  };
}

/** A number is a number also where a user has that name: an image must not decide who `-u 1` is. */
function findUser(passwd: readonly PasswdEntry[] | undefined, text: string) {
  const number = parseNumber('user', text);
  if (number !== undefined) return { uid: number, entry: passwd?.find(({ uid }) => uid === number) };
  const entry = passwd?.find(({ name }) => name === text);
  if (entry === undefined) throw notFound('user', text, '/etc/passwd', passwd === undefined);
  return { uid: entry.uid, entry };
}

function findGroup(group: readonly GroupEntry[] | undefined, text: string): number {
  const number = parseNumber('group', text);
  if (number !== undefined) return number;
  const entry = group?.find(({ name }) => name === text);
  if (entry === undefined) throw notFound('group', text, '/etc/group', group === undefined);
  return entry.gid;
}

function findMemberships(group: readonly GroupEntry[] | undefined, name: string): number[] {
  return (group ?? []).filter(({ members }) => members.includes(name)).map(({ gid }) => gid);
}

/** What begins like a number is one, or wrong: `1e3` is never looked up as a name. */
function parseNumber(kind: 'user' | 'group', text: string): number | undefined {
  if (!/^[-+\d]/.test(text)) return undefined;
  const id = parseId(text);
  if (id === undefined) throw badUser(kind, text, `it is no name, and no number from 0 to ${MAX_ID}`);
  return id;
}

function notFound(kind: 'user' | 'group', text: string, path: string, missing: boolean): Error {
  return badUser(
    kind,
    text,
    missing ? `the root has no "${path}"` : `no such entry in "${path}" of the root`,
  );
}

function badUser(kind: 'user' | 'group', text: string, reason: string): Error {
  return rootfsError('bad-user', `failed to find the ${kind} "${text}": ${reason}`);
}
