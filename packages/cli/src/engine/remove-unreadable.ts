import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { isAlive, type ProcessIdentity, type StateStore, type StoredRecord } from '@mini/state-store';
import type { ContainerRecord } from './container-record.js';
import { killCgroup } from './container-store.js';
import { endProcesses } from './end-processes.js';
import type { Engine } from './engine.js';
import { recordEvent } from './events/event-log.js';
import { findLostProcesses } from './lost-processes.js';
import { treeRemover } from './remove-foreign-tree.js';

/**
 * Ends and removes a container whose files cannot be believed. Its monitor goes first, which would note an exit or start
 * it again; then all in its cgroup, and what else is known to be of it. Throws `RuntimeError` `container-alive` when
 * something of it lives on, and `state-locked` when another process works on it: everything of it is there then.
 */
export function removeUnreadable(engine: Engine, store: StateStore<ContainerRecord>, id: string): void {
  const directory = store.directoryOf(id);
  const lock = store.lock(id);
  try {
    const { monitors, members } = findLostProcesses(engine, id, directory);
    endProcesses(engine, monitors);
    killCgroup(engine.layout, id);
    endProcesses(engine, members);
    const { record, name = id.slice(0, 12) } = readIfPossible(store, id) ?? {};
    const alive = [...monitors, ...members, ...findLostProcesses(engine, id, directory).members];
    assertGone(id, alive);
    if (record?.extraDirectory !== undefined) treeRemover(engine)(record.extraDirectory);
    store.remove(id);
    if (record !== undefined) recordEvent(engine, { id, name, record }, 'destroy');
  } finally {
    lock.release();
  }
}

function assertGone(id: string, processes: readonly ProcessIdentity[]): void {
  const pids = [...new Set(processes.filter(isAlive).map(({ pid }) => pid))];
  if (pids.length === 0) return;
  throw new RuntimeError({
    code: 'container-alive',
    message: `failed to remove container "${id}": it is still alive (processes ${pids.join(', ')})`,
  });
}

function readIfPossible(
  store: StateStore<ContainerRecord>,
  id: string,
): StoredRecord<ContainerRecord> | undefined {
  try {
    return store.read(id);
  } catch (error) {
    if (isRuntimeError(error)) return undefined;
    throw error;
  }
}
