import { openSync } from 'node:fs';
import type { Cgroup } from '@mini/cgroup-manager';

/** Opens the file in which the kernel counts the OOM kills of a group; -1 without a memory controller. */
export function openOomFile({ directories }: Cgroup): number {
  const memory = directories.find(({ hierarchy }) => hierarchy.controllers.includes('memory'));
  if (memory === undefined) return -1;
  const file = memory.hierarchy.version === 1 ? 'memory.oom_control' : 'memory.events';
  return openOrNone(`${memory.directory}/${file}`);
}

/** Opens the file that says whether a group is paused: that of the freezer which `Cgroup.freeze` uses; -1 without one. */
export function openFrozenFile({ directories }: Cgroup): number {
  const v1 = directories.find(({ hierarchy }) => hierarchy.controllers.includes('freezer'));
  if (v1 !== undefined) return openOrNone(`${v1.directory}/freezer.state`);
  const v2 = directories.find(({ hierarchy }) => hierarchy.version === 2);
  return v2 === undefined ? -1 : openOrNone(`${v2.directory}/cgroup.events`);
}

/** In a v2 group to which the controller is not delegated nobody counts. */
function openOrNone(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return -1;
  }
}
