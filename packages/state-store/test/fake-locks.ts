import { spawnSync } from 'node:child_process';
import { fstatSync } from 'node:fs';
import type { LockKernel } from '../src/index.js';

function inodeOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** flock(2) within one process: a descriptor that is closed no longer holds what it held. */
export function makeFakeLocks(): LockKernel {
  const holders = new Map<number, { inode: string; mode: string }>();
  return {
    lock: (fd, mode) => {
      for (const [holder, { inode }] of holders) if (inodeOf(holder) !== inode) holders.delete(holder);
      const inode = inodeOf(fd)!;
      if (mode === 'unlock') {
        holders.delete(fd);
        return true;
      }
      const others = [...holders].filter(([holder, held]) => holder !== fd && held.inode === inode);
      if (others.some(([, held]) => mode === 'exclusive' || held.mode === 'exclusive')) return false;
      holders.set(fd, { inode, mode });
      return true;
    },
  };
}

/** The kernel's own flock(2), between processes: flock(1) takes it for the open file that it inherits from us. */
export const realLocks: LockKernel = {
  lock: (fd, mode) => {
    const flag = { exclusive: '-xn', shared: '-sn', unlock: '-u' }[mode];
    const { status, error } = spawnSync('flock', [flag, '3'], { stdio: ['ignore', 'ignore', 'inherit', fd] });
    if (error !== undefined) throw error;
    return status === 0;
  },
};
