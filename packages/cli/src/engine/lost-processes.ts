import { readdirSync, readFileSync, statSync } from 'node:fs';
import { openCgroup } from '@mini/cgroup-manager';
import { type ProcessIdentity, readProcessStartTime } from '@mini/state-store';
import { readStatus } from './container-state.js';
import type { Engine } from './engine.js';

/** Processes of a container of which not even its files tell. */
export interface LostProcesses {
  /** Its monitors: those that have its directory open. */
  readonly monitors: readonly ProcessIdentity[];
  /** What its status names, its monitors' children, and what is in its cgroup. */
  readonly members: readonly ProcessIdentity[];
}

/** Looks for them by all that a container leaves in the kernel; nothing is taken for alive because a file says so. */
export function findLostProcesses({ layout }: Engine, id: string, directory: string): LostProcesses {
  const status = readStatus(directory);
  const known = status === undefined ? [] : [{ pid: status.pid, startTime: status.startTime }];
  const monitors = listMonitors(directory);
  const children = monitors.flatMap((pid) => listChildren(pid));
  const inGroup = openCgroup(layout, `/mini/${id}`)?.pids() ?? [];
  const members = [...new Set([...children, ...inGroup])].filter((pid) => !monitors.includes(pid));
  return { monitors: identify(monitors), members: [...known, ...identify(members)] };
}

function listMonitors(directory: string): number[] {
  const own = statSync(directory, { throwIfNoEntry: false });
  if (own === undefined) return [];
  const isOwn = (path: string) => {
    const other = tryTo(() => statSync(path));
    return other?.ino === own.ino && other.dev === own.dev;
  };
  return listPids()
    .filter((pid) => tryTo(() => readFileSync(`/proc/${pid}/comm`, 'utf8'))?.trim() === 'mini-monitor')
    .filter((pid) =>
      (tryTo(() => readdirSync(`/proc/${pid}/fd`)) ?? []).some((fd) => isOwn(`/proc/${pid}/fd/${fd}`)),
    );
}

function listChildren(parent: number): number[] {
  return listPids().filter((pid) => {
    const stat = tryTo(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    // Behind the name, which may hold anything: state and parent.
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(parent);
  });
}

function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function identify(pids: readonly number[]): ProcessIdentity[] {
  return pids.flatMap((pid) => {
    const startTime = readProcessStartTime(pid);
    return startTime === undefined ? [] : [{ pid, startTime }];
  });
}

/** Processes come and go while we look. */
function tryTo<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
