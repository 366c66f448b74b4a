import { type Container, listContainers } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { readContainerStatus } from './container-status.js';
import {
  type ContainerFilter,
  filterContainers,
  type ListedContainer,
  wantsStopped,
} from './filter-containers.js';

/** Which containers are wanted. */
export interface ContainerSelection {
  /** Those that do not run too; they are looked at anyway when `last` or a filter asks for them. */
  readonly all?: boolean;
  readonly filters?: readonly ContainerFilter[];
  /** Only so many, the newest. */
  readonly last?: number;
}

/** Containers with their status, the newest first. Throws as `filterContainers`. */
export function selectContainers(
  { all = false, filters = [], last }: ContainerSelection = {},
  engine: Engine = openEngine(),
): ListedContainer[] {
  const listed = listContainers(engine).map((container: Container) => ({
    container,
    status: readContainerStatus(engine, container),
  }));
  const wanted = filterContainers(listed, filters);
  if (last !== undefined) return wanted.slice(0, last);
  if (all || wantsStopped(filters)) return wanted;
  return wanted.filter(({ status }) => status === 'running' || status === 'paused');
}
