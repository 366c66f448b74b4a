import { Cgroup, type GroupDirectory, kernelFiles, openCgroup } from '@mini/cgroup-manager';
import { cgroupLayout } from '../cgroup-layout.js';
import { ociError } from '../oci-error.js';
import type { ContainerRecord } from '../state/container-record.js';

/**
 * The group that a process enters: the container's, or groups below it that exist, each `PATH` for all controllers or
 * `CONTROLLERS:PATH` for some on cgroup v1. Of two that are given for one controller the last counts. Throws `RuntimeError`
 * `container-status`.
 */
export function findExecGroup(
  { id, cgroup }: ContainerRecord,
  places: readonly string[],
): Cgroup | undefined {
  if (cgroup === undefined) return undefined;
  const refuse = (reason: string) =>
    ociError('container-status', `failed to run a process in container "${id}": ${reason}`);
  const layout = cgroupLayout();
  const own = openCgroup(layout, cgroup);
  const chosen = new Map(own?.directories.map((each) => [each.hierarchy, each]));
  for (const place of places) {
    const { controllers, path } = readPlace(place);
    if (controllers !== undefined && layout.mode === 'v2') {
      throw refuse(`controllers cannot be told apart on cgroup v2 (--cgroup "${place}")`);
    }
    const trees = [...chosen.keys()];
    const unknown = controllers?.find((name) => !trees.some((tree) => hasController(tree, name)));
    if (unknown !== undefined) throw refuse(`it is in no cgroup of "${unknown}" (--cgroup "${place}")`);
    const group = path === '' ? own : openCgroup(layout, `${cgroup}/${path}`);
    for (const tree of trees) {
      if (controllers !== undefined && !controllers.some((name) => hasController(tree, name))) continue;
      const directory = group?.directories.find(({ hierarchy }) => hierarchy === tree);
      if (directory === undefined) throw refuse(`it has no cgroup "${path}" (--cgroup "${place}")`);
      chosen.set(tree, directory);
    }
  }
  return own && new Cgroup(layout, cgroup, [...chosen.values()], kernelFiles);
}

/** Callers write paths with and without a slash at either end. */
function readPlace(place: string): { controllers?: readonly string[]; path: string } {
  const colon = place.indexOf(':');
  const path = place.slice(colon + 1).replace(/^\/+|\/+$/g, '');
  return colon < 0 ? { path } : { controllers: place.slice(0, colon).split(','), path };
}

/** runc calls a named tree by its name alone. */
function hasController({ controllers }: GroupDirectory['hierarchy'], name: string): boolean {
  return controllers.includes(name) || controllers.includes(`name=${name}`);
}
