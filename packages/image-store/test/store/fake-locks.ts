import { fstatSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';

function inodeOf(fd: number): string | undefined {
  try {
    const { dev, ino } = fstatSync(fd);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** flock(2) within one process: a descriptor that is closed no longer holds what it held. */
export function makeFakeLocks(): Pick<Kernel, 'lock'> {
  const holders = new Map<number, { inode: string; mode: string }>();
  return {
    lock: (fd, mode) => {
      for (const [holder, { inode }] of holders) if (inodeOf(holder) !== inode) holders.delete(holder);
      const inode = inodeOf(fd)!;
      const others = [...holders].filter(([holder, held]) => holder !== fd && held.inode === inode);
      if (others.some(([, held]) => mode === 'exclusive' || held.mode === 'exclusive')) return false;
      holders.set(fd, { inode, mode });
      return true;
    },
  };
}
