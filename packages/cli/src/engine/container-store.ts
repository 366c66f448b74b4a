import { openCgroup } from '@mini/cgroup-manager';
import { isRuntimeError, type MonitorStep } from '@mini/contracts';
import { type DeadEntry, openStateStore, type StateStore } from '@mini/state-store';
import type { Cleanup } from './cleanup.js';
import { type ContainerRecord, summarizeRecord, toStorable, validateRecord } from './container-record.js';
import { readContainerState } from './container-state.js';
import type { Engine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { makeDirectory } from './make-directory.js';
import { randomName } from './random-name.js';
import { treeRemover } from './remove-foreign-tree.js';
import type { RunOptions } from './run-options.js';

/** A container that this process makes. */
export interface ContainerEntry {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Its own directory, mode 0700. */
  readonly directory: string;
  /** What its monitor does when it has ended, of a container that is not to stay. */
  readonly removalSteps: readonly MonitorStep[];
  /** Stores the record: from now on others can find it. */
  write(record: ContainerRecord): void;
  /** Its command runs, or is not to run yet: it is no longer half-made, and this process may end. */
  complete(state: { readonly runs: boolean }): void;
  /** Takes everything of it away. */
  remove(): void;
}

/** A power cut takes the container too, so nothing needs to survive it of one that is removed at its end. */
export function openContainerStore(engine: Engine, isDurable: boolean): StateStore<ContainerRecord> {
  const { kernel, paths } = engine;
  for (const path of Object.values(paths)) makeDirectory(path);
  return openStateStore({
    directory: paths.dataDirectory,
    kernel,
    validate: validateRecord,
    summarize: summarizeRecord,
    isDurable,
    removeTree: treeRemover(engine),
  });
}

/**
 * Reserves id, name and directory; `undo` gives them back. What others left half-made is swept first. A container with
 * `--rm` that runs stays in the journal until it is gone, so that it is found when this process dies before that.
 */
export function reserveContainer(engine: Engine, options: RunOptions, undo: Cleanup): ContainerEntry {
  const store = openContainerStore(engine, !options.rm);
  sweepContainers(engine, store);
  const { reservation, name } = reserve(store, options.name);
  const { id, directory } = reservation;
  let stored: ContainerRecord | undefined;
  const remove = () => {
    reservation.cancel();
    if (stored !== undefined) recordEvent(engine, { id, name, record: stored }, 'destroy');
    stored = undefined;
  };
  undo.add(remove);
  return {
    id,
    name,
    directory,
    removalSteps: options.rm ? store.compileRemoval(id) : [],
    write(record) {
      reservation.write(toStorable(record));
      stored = record;
      recordEvent(engine, { id, name, record }, 'create');
    },
    complete({ runs }) {
      if (!options.rm || !runs) reservation.complete();
      // Who stops or removes it takes the lock; that we live is enough to keep a sweep away.
      reservation.lock.release();
    },
    remove,
  };
}

/** Removes what makers left behind that died half-way, and containers with `--rm` that ended without their client. */
export function sweepContainers(engine: Engine, store: StateStore<ContainerRecord>): void {
  store.sweep((entry) => sweepContainer(engine, entry));
}

/** Names that were made up are made up again when they are taken. */
function reserve(store: StateStore<ContainerRecord>, wanted: string | undefined) {
  for (let attempt = 0; ; attempt++) {
    const name = wanted ?? randomName();
    try {
      return { reservation: store.reserve({ name }), name };
    } catch (error) {
      const isTaken = isRuntimeError(error) && error.code === 'state-conflict';
      if (!isTaken || wanted !== undefined || attempt === 100) throw error;
    }
  }
}

/**
 * A maker died before it was done. Its container may run on under its monitor: one to be removed at its end is looked at
 * again, any other is complete. Else whatever is in its cgroup was never known to anybody and goes.
 */
function sweepContainer(
  engine: Engine,
  { id, name, directory, stored }: DeadEntry<ContainerRecord>,
): 'remove' | 'keep' | 'leave' {
  if (stored !== undefined) {
    const { status } = readContainerState(directory);
    if (status === 'running') return stored.record.rm ? 'leave' : 'keep';
    if (status === 'exited' && !stored.record.rm) return 'keep';
  }
  killCgroup(engine.layout, id);
  if (stored?.record.extraDirectory !== undefined) treeRemover(engine)(stored.record.extraDirectory);
  if (stored !== undefined) {
    recordEvent(engine, { id, name: stored.name ?? name ?? '', record: stored.record }, 'destroy');
  }
  return 'remove';
}

/** Ends whatever runs in a container's cgroup, and removes that. None is no fault. */
export function killCgroup(layout: Engine['layout'], id: string): void {
  openCgroup(layout, `/mini/${id}`)?.destroy();
}
