import type { MonitorStep } from '@mini/contracts';
import type { StorePaths } from './store-paths.js';

/**
 * What `removeContainer` does, as steps for a container's monitor: it removes a container that is not to stay, when nobody
 * else is there to do it. The same order: after the rename nothing is seen of it, and a sweep can do the rest.
 */
export function compileRemoval(
  { root, containers, names, journal, trash }: StorePaths,
  id: string,
): MonitorStep[] {
  const directory = `${containers}/${id}`;
  // No process of ours makes this name: its own have a number.
  const rest = `${trash}/${id.slice(0, 200)}.monitor`;
  return [
    { op: 'lock', path: `${directory}/lock` },
    { op: 'rename', from: directory, to: rest },
    { op: 'unlink_links', directory: names, content: `../containers/${id}`, lock: `${root}/names.lock` },
    { op: 'remove_tree', path: rest },
    { op: 'unlink', path: `${journal}/${id}` },
  ];
}
