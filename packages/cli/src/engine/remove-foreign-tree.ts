import { removeTree } from '@mini/state-store';
import { type Engine, isPrivileged, openEngine } from './engine.js';

/** What could not be removed by this process, until `removeForeignTrees`. */
const left: string[] = [];

/**
 * How a store removes trees for this user. What users of a container have made, an ordinary user cannot remove, but root of
 * the user's namespace can: that takes another process, so it waits until `removeForeignTrees`; when that never comes, the
 * store's next sweep finds it. Throws as `removeTree`.
 */
export function treeRemover(engine: Engine): (path: string) => void {
  if (isPrivileged(engine) || engine.namespace !== undefined) return removeTree;
  return (path) => {
    try {
      removeTree(path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EACCES' && code !== 'EPERM') throw error;
      left.push(path);
    }
  };
}

/** Removes what has been left. Rejects with `RuntimeError` `not-removed`, and what `runInNamespace` rejects with. */
export async function removeForeignTrees(): Promise<void> {
  if (left.length === 0) return;
  const { removeInNamespace } = await import('./user-namespace/remove-in-namespace.js');
  await removeInNamespace(openEngine(), left.splice(0));
}
