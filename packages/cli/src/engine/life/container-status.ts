import { openCgroup } from '@mini/cgroup-manager';
import type { Container } from '../containers.js';
import type { Engine } from '../engine.js';

/** How a container fares, as docker words it. */
export type ContainerStatus = Container['state']['status'] | 'paused';

/** Adds to a container's state what its cgroup alone knows: whether it is paused. */
export function readContainerStatus(engine: Engine, { id, state }: Container): ContainerStatus {
  if (state.status !== 'running') return state.status;
  return isPaused(engine, id) ? 'paused' : 'running';
}

/** An ordinary user's container may have no group of its own, and a group may vanish under us: neither is paused. */
export function isPaused({ layout }: Engine, id: string): boolean {
  try {
    return openCgroup(layout, `/mini/${id}`)?.isFrozen() ?? false;
  } catch {
    return false;
  }
}
