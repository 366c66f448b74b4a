import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readBootId } from '@mini/state-store';

const FILE = 'boot';

/**
 * Notes in a container's directory since which start of the machine it runs: pids and start times of processes begin anew
 * with each. As a link, which is made by one call, whole or not at all. Source: proc_sys_kernel(5), random/boot_id.
 */
export function markBoot(directory: string): void {
  const path = join(directory, FILE);
  try {
    symlinkSync(readBootId(), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // One that has run before.
    rmSync(path, { force: true });
    symlinkSync(readBootId(), path);
  }
}

/** Whether what runs in the container was started since the machine was. */
export function isOfThisBoot(directory: string): boolean {
  try {
    return readlinkSync(join(directory, FILE)) === readBootId();
  } catch {
    // A power cut took the mark, or it never ran.
    return false;
  }
}
