import { isRuntimeError } from '@mini/contracts';
import type { ContainerState } from '../container-state.js';
import { openSweptStore, readCheckedState } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { readContainerStatus } from './container-status.js';
import {
  type ContainerFilter,
  filterContainers,
  type ListedContainer,
  wantsOthers,
  wantsStopped,
} from './filter-containers.js';

/** Which containers are wanted. */
export interface ContainerSelection {
  /** Those that do not run too; they are looked at anyway when `last` or a filter asks for them. */
  readonly all?: boolean;
  readonly filters?: readonly ContainerFilter[];
  /** Only so many, the newest. */
  readonly last?: number;
  /** Told of each container whose record cannot be read; it is left out. */
  readonly onProblem?: (id: string, error: Error) => void;
}

/** Containers with their status, the newest first. Throws as `filterContainers`. */
export function selectContainers(
  selection: ContainerSelection = {},
  engine: Engine = openEngine(),
): ListedContainer[] {
  const { all = false, filters = [], last } = selection;
  const showsStopped = all || last !== undefined || wantsStopped(filters);
  const listed = readContainers(engine, selection, showsStopped || wantsOthers(filters));
  const wanted = filterContainers(listed, filters).filter(
    ({ container }) => showsStopped || isUp(container.state),
  );
  return last === undefined ? wanted : wanted.slice(0, last);
}

/** One that is about to start again counts as running, as docker has it. */
function isUp({ status }: ContainerState): boolean {
  return status === 'running' || status === 'restarting';
}

/** The state is read first: it is small, and most containers of a long list have ended. */
function readContainers(
  engine: Engine,
  selection: ContainerSelection,
  withStopped: boolean,
): ListedContainer[] {
  const store = openSweptStore(engine);
  const listed: ListedContainer[] = [];
  for (const id of store.listIds()) {
    const directory = store.directoryOf(id);
    const state = unlessProblem(id, selection, () => readCheckedState(engine, id, directory));
    if (state === undefined || (!withStopped && !isUp(state))) continue;
    const stored = unlessProblem(id, selection, () => store.read(id));
    if (stored === undefined) continue;
    const container = { id, name: stored.name ?? id.slice(0, 12), directory, record: stored.record, state };
    listed.push({ container, status: readContainerStatus(engine, container) });
  }
  return listed.sort((one, other) => other.container.record.createdMs - one.container.record.createdMs);
}

/** What is still being made, or was removed since, is not there. */
function unlessProblem<T>(id: string, { onProblem }: ContainerSelection, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
    if (error.code !== 'state-missing') onProblem?.(id, error);
    return undefined;
  }
}
