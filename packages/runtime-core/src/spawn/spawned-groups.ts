import { readlinkSync } from 'node:fs';
import { type CgroupLayout, listCgroups, openCgroup } from '@mini/cgroup-manager';
import { isAlive, readOwnIdentity } from '@mini/state-store';

/** Where the groups of `spawn` are, beside those of the engine's containers. */
const PARENT = '/mini';
/** PID namespace, pid and start time of the maker, and something of its own. */
const NAME = /^spawn-(\d+)-(\d+)-(\d+)-[0-9a-f]+$/;

/**
 * A path for a new group that tells whose it is: nobody else can tell whether an empty one is still wanted. Threads of one
 * process have each their own count, hence the random part.
 */
export function nameSpawnedGroup(): string {
  const { pid, startTime } = readOwnIdentity();
  const random = Math.floor(Math.random() * 2 ** 48).toString(16);
  return `${PARENT}/spawn-${readPidNamespace()}-${pid}-${startTime}-${random}`;
}

/**
 * Removes groups that programs left behind which were killed before their containers ended. One in which something runs
 * stays, for whoever comes after. Nothing here is worth failing for: what cannot be removed is tried again by the next.
 */
export function sweepSpawnedGroups(layout: CgroupLayout): void {
  try {
    for (const name of listCgroups(layout, PARENT)) if (isLeftOver(name)) removeIfEmpty(layout, name);
  } catch {
    // No cgroups to look at, or no right to.
  }
}

/** In another PID namespace the number means another process: only ours are judged. */
function isLeftOver(name: string): boolean {
  const [, namespace, pid, startTime] = NAME.exec(name) ?? [];
  if (namespace === undefined || namespace !== readPidNamespace()) return false;
  return !isAlive({ pid: Number(pid), startTime: Number(startTime) });
}

function removeIfEmpty(layout: CgroupLayout, name: string): void {
  const cgroup = openCgroup(layout, `${PARENT}/${name}`);
  if (cgroup?.waitEmpty({ timeoutMs: 0 })) cgroup.remove({ timeoutMs: 0 });
}

let pidNamespace: string | undefined;

/** Its number. Source: namespaces(7). */
function readPidNamespace(): string {
  pidNamespace ??= readlinkSync('/proc/self/ns/pid').replace(/\D/g, '');
  return pidNamespace;
}
