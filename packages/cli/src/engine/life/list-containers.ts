import { isRuntimeError } from '@mini/contracts';
import type { StateStore } from '@mini/state-store';
import { type ContainerRecord, summarizeRecord, validateSummary } from '../container-record.js';
import type { ContainerState } from '../container-state.js';
import { type Container, openSweptStore, readCheckedState } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { readContainerStatus } from './container-status.js';
import {
  type ContainerFilter,
  filterContainers,
  type ListedContainer,
  wantsOthers,
  wantsRecords,
  wantsStopped,
} from './filter-containers.js';

/** Which containers are wanted. */
export interface ContainerSelection {
  /** Those that do not run too; they are looked at anyway when `last` or a filter asks for them. */
  readonly all?: boolean;
  readonly filters?: readonly ContainerFilter[];
  /** Only so many, the newest. */
  readonly last?: number;
  /**
   * Read whole records at once; on unless told. Off: a list that shows and filters by the summary alone takes a fraction of
   * the time, and a record is read when somebody asks for it.
   */
  readonly records?: boolean;
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
  const { records = true, filters = [] } = selection;
  const isWhole = records || wantsRecords(filters);
  const store = openSweptStore(engine);
  const listed: ListedContainer[] = [];
  for (const id of store.listIds()) {
    const directory = store.directoryOf(id);
    const state = unlessProblem(id, selection, () => readCheckedState(engine, id, directory));
    if (state === undefined || (!withStopped && !isUp(state))) continue;
    const found = unlessProblem(id, selection, () => readOne(store, id, { directory, state }, isWhole));
    if (found === undefined) continue;
    listed.push({ ...found, status: readContainerStatus(engine, found.container) });
  }
  return listed.sort((one, other) => other.summary.createdMs - one.summary.createdMs);
}

function readOne(
  store: StateStore<ContainerRecord>,
  id: string,
  place: Pick<Container, 'directory' | 'state'>,
  isWhole: boolean,
): Omit<ListedContainer, 'status'> {
  const brief = isWhole ? undefined : store.readSummary(id, validateSummary);
  if (brief === undefined) {
    const { name, record } = store.read(id);
    const container = { id, name: name ?? id.slice(0, 12), ...place, record };
    return { container, summary: summarizeRecord(record) };
  }
  let record: ContainerRecord | undefined;
  const container = {
    id,
    name: brief.name ?? id.slice(0, 12),
    ...place,
    get record() {
      record ??= store.read(id).record;
      return record;
    },
  };
  return { container, summary: brief.summary };
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
