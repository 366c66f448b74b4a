import type { StateStore } from '@mini/state-store';
import type { ContainerRecord } from './container-record.js';
import { type ContainerState, readContainerState } from './container-state.js';
import { openContainerStore, sweepContainers } from './container-store.js';
import { type Engine, openEngine } from './engine.js';

/** A container as it is found. */
export interface Container {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly record: ContainerRecord;
  readonly state: ContainerState;
}

/** The store, swept: what makers left half-made is gone before anybody looks. */
export function openSweptStore(engine: Engine): StateStore<ContainerRecord> {
  const store = openContainerStore(engine, true);
  sweepContainers(engine, store);
  return store;
}

/** All containers, the newest first. What cannot be read is left out; `problems` of the store names it. */
export function listContainers(engine: Engine = openEngine()): Container[] {
  const store = openSweptStore(engine);
  return store
    .list()
    .records.map(({ id, name, record }) => toContainer(store, id, name, record))
    .sort((one, other) => other.record.createdMs - one.record.createdMs);
}

/** The container of this name, id or beginning of an id. Throws `RuntimeError`: `state-missing`, `state-ambiguous`. */
export function findContainer(reference: string, engine: Engine = openEngine()): Container {
  const store = openSweptStore(engine);
  const { id, name, record } = store.read(store.resolve(reference));
  return toContainer(store, id, name, record);
}

function toContainer(
  store: StateStore<ContainerRecord>,
  id: string,
  name: string | undefined,
  record: ContainerRecord,
): Container {
  const directory = store.directoryOf(id);
  return { id, name: name ?? id.slice(0, 12), directory, record, state: readContainerState(directory) };
}
