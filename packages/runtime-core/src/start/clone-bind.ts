import { closeSync, constants, openSync } from 'node:fs';
import { type Kernel, RuntimeError, reasonOf } from '@mini/contracts';
import type { PassedBind } from '@mini/rootfs-manager';
import { makeUserNamespace } from './user-namespace.js';

/** Of open(2), the same number on x86-64 and arm64; Node does not name it. */
const O_PATH = 0o10000000;

/**
 * Clones the tree of a bind that the helper could not clone any more, its owners mapped if they are to be: a detached mount,
 * the caller's to close. Throws `RuntimeError` `bad-bind`.
 */
export function cloneBind(kernel: Kernel, bind: PassedBind): number {
  const { index, source, idMap } = bind;
  const fd = failing(`bind "${source}" (mounts[${index}])`, () => cloneSource(kernel, bind));
  if (idMap === undefined) return fd;
  try {
    return failing(`map the owners of "${source}" (mounts[${index}])`, () => {
      const namespaceFd = makeUserNamespace(kernel, idMap.uidMappings, idMap.gidMappings);
      try {
        kernel.mapMountIds(fd, namespaceFd, idMap.recursive);
        return fd;
      } finally {
        closeSync(namespaceFd);
      }
    });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A subdirectory is looked up within the source: a link that was left there must lead nowhere else. */
function cloneSource(kernel: Kernel, { source, recursive, subdirectory }: PassedBind): number {
  if (subdirectory === undefined) return kernel.cloneTree(source, { recursive });
  const directory = openSync(source, O_PATH | constants.O_DIRECTORY);
  try {
    const held = kernel.openInRoot(directory, subdirectory, O_PATH);
    try {
      return kernel.cloneTree(`/proc/self/fd/${held}`, { recursive });
    } finally {
      closeSync(held);
    }
  } finally {
    closeSync(directory);
  }
}

function failing<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const message = `failed to ${what}: ${reasonOf(error)}`;
    throw new RuntimeError({ code: 'bad-bind', message, cause: error });
  }
}
