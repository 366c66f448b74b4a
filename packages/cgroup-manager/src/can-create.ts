import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkCgroupPath } from './cgroup-path.js';
import type { CgroupLayout } from './layout.js';

/**
 * Whether we may make the group `path` in every tree: the nearest group above that exists is writable. A forecast, for
 * choosing between a limited and an unlimited start; `createCgroup` has the last word. Throws `RuntimeError` with code
 * `cgroup-path`.
 */
export function canCreate(layout: CgroupLayout, path: string): boolean {
  checkCgroupPath(path);
  return layout.hierarchies.every(({ mountPoint }) => {
    let parent = dirname(`${mountPoint}${path}`);
    while (parent !== mountPoint && !existsSync(parent)) parent = dirname(parent);
    try {
      accessSync(parent, constants.W_OK | constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
