import { isRuntimeError } from '@mini/contracts';
import type { StateStore, StoredRecord } from '@mini/state-store';
import { checkStatus } from './check-status.js';
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

/** All containers, the newest first. What cannot be read is left out; `selectContainers` tells of it. */
export function listContainers(engine: Engine = openEngine()): Container[] {
  const store = openSweptStore(engine);
  return store
    .list()
    .records.flatMap((stored) => toReadable(engine, store, stored))
    .sort((one, other) => other.record.createdMs - one.record.createdMs);
}

/**
 * The container of this name, id or beginning of an id. Throws `RuntimeError`: `state-missing`, `state-ambiguous`, and
 * `state-corrupt` with the path of a file that cannot be believed.
 */
export function findContainer(reference: string, engine: Engine = openEngine()): Container {
  const store = openSweptStore(engine);
  return toContainer(engine, store, store.read(store.resolve(reference)));
}

/** The id that is meant, also of a container that cannot be read. Throws `RuntimeError`: `state-missing`, `state-ambiguous`. */
export function resolveContainer(reference: string, engine: Engine): string {
  return openSweptStore(engine).resolve(reference);
}

function toContainer(
  engine: Engine,
  store: StateStore<ContainerRecord>,
  { id, name, record }: StoredRecord<ContainerRecord>,
): Container {
  const directory = store.directoryOf(id);
  return {
    id,
    name: name ?? id.slice(0, 12),
    directory,
    record,
    state: readCheckedState(engine, id, directory),
  };
}

/** How the container fares. Throws `RuntimeError` `state-corrupt` when nobody can know. */
export function readCheckedState(engine: Engine, id: string, directory: string): ContainerState {
  const state = readContainerState(directory);
  if (state.status === 'created') checkStatus(engine, id, directory);
  return state;
}

function toReadable(
  engine: Engine,
  store: StateStore<ContainerRecord>,
  stored: StoredRecord<ContainerRecord>,
): Container[] {
  try {
    return [toContainer(engine, store, stored)];
  } catch (error) {
    if (isRuntimeError(error)) return [];
    throw error;
  }
}
