import { openCgroup } from '@mini/cgroup-manager';
import { isRuntimeError, type Spec } from '@mini/contracts';
import {
  type DeadEntry,
  isAlive,
  openStateStore,
  readProcessStartTime,
  type StateStore,
} from '@mini/state-store';
import type { Cleanup } from './cleanup.js';
import { type ContainerRecord, toStorable, validateRecord } from './container-record.js';
import type { Engine } from './engine.js';
import { makeDirectory } from './make-directory.js';
import { randomName } from './random-name.js';
import type { RunOptions } from './run-options.js';
import type { RunResult } from './run-result.js';

/** A container that this process makes and watches. */
export interface ContainerEntry {
  /** Full id, 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** Its own directory, mode 0700. */
  readonly directory: string;
  /** Its command runs: from now on others can find it. */
  setStarted(spec: Spec, pid: number): void;
  /** It has ended: with `--rm` everything of it goes, else how it ended is stored. */
  setExited(result: Pick<RunResult, 'exitCode' | 'oomKilled'>): void;
}

/** A power cut takes the container too, so nothing needs to survive it of one that is removed at its end. */
export function openContainerStore(
  { kernel, paths }: Engine,
  isDurable: boolean,
): StateStore<ContainerRecord> {
  for (const path of Object.values(paths)) makeDirectory(path);
  return openStateStore({ directory: paths.dataDirectory, kernel, validate: validateRecord, isDurable });
}

/**
 * Reserves id, name and directory; `undo` gives them back. What others left half-made is swept first. A container with
 * `--rm` stays in the journal until it is gone, so that it is found when this process dies before that.
 */
export function reserveContainer(engine: Engine, options: RunOptions, undo: Cleanup): ContainerEntry {
  const store = openContainerStore(engine, !options.rm);
  store.sweep((entry) => sweepContainer(engine, entry));
  const { reservation, name } = reserve(store, options.name);
  const { id, directory } = reservation;
  undo.add(() => reservation.cancel());
  return {
    id,
    name,
    directory,
    setStarted(spec, pid) {
      reservation.write(toStorable(describe(options, spec, pid)));
      if (!options.rm) reservation.complete();
    },
    setExited({ exitCode, oomKilled }) {
      if (options.rm) return reservation.cancel();
      const exit = { exitCode, oomKilled, endedMs: Date.now() };
      store.update(id, (record) => toStorable({ ...record, exit }));
    },
  };
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

function describe(options: RunOptions, spec: Spec, pid: number): ContainerRecord {
  const { root, rm, stopSignal, labels } = options;
  return {
    createdMs: Date.now(),
    image: root.kind === 'host' ? 'host' : root.path,
    spec,
    rm,
    stopSignal,
    labels,
    process: { pid, startTime: readProcessStartTime(pid) ?? 0 },
  };
}

/**
 * A maker died before it was done. Its container may run on under its monitor: that is left alone, and looked at again.
 * Else whatever is in its cgroup was never known to anybody and goes.
 */
function sweepContainer({ layout }: Engine, { id, stored }: DeadEntry<ContainerRecord>): 'remove' | 'leave' {
  if (stored !== undefined && isAlive(stored.record.process)) return 'leave';
  const cgroup = openCgroup(layout, `/mini/${id}`);
  cgroup?.kill();
  cgroup?.waitEmpty();
  cgroup?.remove();
  return 'remove';
}
