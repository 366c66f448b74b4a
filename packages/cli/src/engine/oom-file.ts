import { openSync } from 'node:fs';
import type { Cgroup } from '@mini/cgroup-manager';

/** Opens the file in which the kernel counts the OOM kills of a group; -1 without a memory controller. */
export function openOomFile({ directories }: Cgroup): number {
  const memory = directories.find(({ hierarchy }) => hierarchy.controllers.includes('memory'));
  if (memory === undefined) return -1;
  const file = memory.hierarchy.version === 1 ? 'memory.oom_control' : 'memory.events';
  try {
    return openSync(`${memory.directory}/${file}`, 'r');
  } catch {
    // A v2 group to which the controller is not delegated: nobody counts there.
    return -1;
  }
}
