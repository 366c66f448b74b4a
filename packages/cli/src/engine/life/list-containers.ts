import { isRuntimeError } from '@mini/contracts';
import type { StateStore, StoredSummary } from '@mini/state-store';
import {
  type ContainerRecord,
  type ContainerSummary,
  summarizeRecord,
  validateSummary,
} from '../container-record.js';
import {
  type ContainerState,
  decodeStatus,
  deriveState,
  MOST_STATUS_BYTES,
  STATUS_FILE,
} from '../container-state.js';
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
  const store = openSweptStore(engine);
  const places = readPlaces(engine, store, selection).filter(({ state }) => withStopped || isUp(state));
  const isWhole = records || wantsRecords(filters);
  const ids = isWhole ? [] : places.map(({ id }) => id);
  const summaries = store.readSummaries(engine.kernel, ids, validateSummary);
  const listed = places.flatMap((place, index) => {
    const found = unlessProblem(place.id, selection, () => readOne(store, place, summaries[index]));
    return found === undefined ? [] : [{ ...found, status: readContainerStatus(engine, found.container) }];
  });
  return listed.sort((one, other) => other.summary.createdMs - one.summary.createdMs);
}

type Place = Pick<Container, 'id' | 'directory' | 'state'>;

/** What cannot be read with all the others is looked at alone, which tells why. */
function readPlaces(
  engine: Engine,
  store: StateStore<ContainerRecord>,
  selection: ContainerSelection,
): Place[] {
  const ids = store.listIds();
  const statuses = store.readEach(engine.kernel, ids, { file: STATUS_FILE, mostBytes: MOST_STATUS_BYTES });
  return ids.flatMap((id, index) => {
    const directory = store.directoryOf(id);
    const bytes = statuses[index]?.bytes;
    const status = bytes && decodeStatus(bytes);
    const state = unlessProblem(id, selection, () =>
      status ? deriveState(directory, status) : readCheckedState(engine, id, directory),
    );
    return state === undefined ? [] : [{ id, directory, state }];
  });
}

function readOne(
  store: StateStore<ContainerRecord>,
  { id, directory, state }: Place,
  brief: StoredSummary<ContainerSummary> | undefined,
): Omit<ListedContainer, 'status'> {
  if (brief === undefined) {
    const { name, record } = store.read(id);
    const container = { id, name: nameOf(id, name), directory, state, record };
    return { container, summary: summarizeRecord(record) };
  }
  return {
    container: new BriefContainer(store, id, nameOf(id, brief.name), directory, state),
    summary: brief.summary,
  };
}

function nameOf(id: string, name: string | undefined): string {
  return name ?? id.slice(0, 12);
}

/** One whose record is read when somebody asks for it. */
class BriefContainer implements Container {
  readonly #store: StateStore<ContainerRecord>;
  #record: ContainerRecord | undefined;

  constructor(
    store: StateStore<ContainerRecord>,
    readonly id: string,
    readonly name: string,
    readonly directory: string,
    readonly state: ContainerState,
  ) {
    this.#store = store;
  }

  get record(): ContainerRecord {
    this.#record ??= this.#store.read(this.id).record;
    return this.#record;
  }
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
