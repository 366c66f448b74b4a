import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { releaseNames } from './claim-name.js';
import { wrapError } from './errors.js';
import { type JournalEntry, listEntries, readEntry, removeEntry } from './journal.js';
import { lockFile, tryLockFile } from './locks.js';
import { readNameLink } from './name-links.js';
import { isAlive } from './process-identity.js';
import { readRecord, type StoredRecord } from './record-file.js';
import { removeContainer } from './remove-container.js';
import type { StoreContext } from './store-context.js';

/** A container whose maker died before it was done. */
export interface DeadEntry<R> {
  readonly id: string;
  readonly name: string | undefined;
  /** When it was begun, in milliseconds of the Unix clock. */
  readonly startedMs: number;
  readonly directory: string;
  /** What had been stored; `undefined` if nothing, or nothing that can be believed. */
  readonly stored: StoredRecord<R> | undefined;
}

/**
 * Undoes what the maker may have begun (processes, cgroup, mounts), knowing nothing but the entry. `remove` takes away
 * names, directory and entry; `keep` the entry alone, for a container that turns out to be complete; `leave` nothing,
 * for one that outlived its maker: it is handed over again by the next sweep.
 */
export type SweepCallback<R> = (entry: DeadEntry<R>) => 'remove' | 'keep' | 'leave';

export interface SweepResult {
  /** Ids of what was removed. */
  readonly removed: readonly string[];
  /** What could not be; these entries stay for the next sweep. */
  readonly failures: readonly Error[];
}

function readBelievable<R>({ paths, validate }: StoreContext<R>, id: string): StoredRecord<R> | undefined {
  try {
    return readRecord(paths.containers, id, validate);
  } catch (error) {
    if (isRuntimeError(error)) return undefined;
    throw error;
  }
}

/** `true` when it was removed. Its lock may have been handed to one that still works on it: then it is left alone. */
function sweepEntry<R>(context: StoreContext<R>, entry: JournalEntry, callback: SweepCallback<R>): boolean {
  const { paths, kernel } = context;
  const { id, name, startedMs } = entry;
  const directory = `${paths.containers}/${id}`;
  const lock = tryLockFile(kernel, `${directory}/lock`, 'exclusive');
  if (lock === undefined && fs.existsSync(directory)) return false;
  try {
    // Between our look and our lock the container may have been removed, and its id be taken anew.
    const now = readEntry(paths.journal, id);
    if (now === undefined || isAlive(now.maker)) return false;
    const verdict = callback({ id, name, startedMs, directory, stored: readBelievable(context, id) });
    if (verdict === 'remove') removeContainer(context, id);
    if (verdict === 'keep') removeEntry(paths.journal, id);
    return verdict === 'remove';
  } finally {
    lock?.release();
  }
}

/** A removal that was cut short leaves its directory here, and perhaps a name that leads nowhere. */
function sweepTrash<R>(context: StoreContext<R>, trash: readonly string[]): void {
  const { paths } = context;
  for (const name of fs.readdirSync(paths.names)) {
    const id = readNameLink(paths.names, name);
    if (id === undefined || fs.existsSync(`${paths.containers}/${id}`)) continue;
    releaseNames(context, [name], id);
  }
  for (const directory of trash) context.removeTree(`${paths.trash}/${directory}`);
}

function collect(failures: Error[], what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    failures.push(isRuntimeError(error) ? error : wrapError(what, error));
  }
}

/** See `StateStore.sweep`. */
export function sweep<R>(context: StoreContext<R>, callback: SweepCallback<R>): SweepResult {
  const { paths, kernel } = context;
  const trash = fs.readdirSync(paths.trash);
  const listDead = () => listEntries(paths.journal).filter(({ maker }) => !isAlive(maker));
  const [removed, failures]: [string[], Error[]] = [[], []];
  if (trash.length === 0 && listDead().length === 0) return { removed, failures };
  const lock = lockFile(kernel, `${paths.root}/sweep.lock`, 'state store for a sweep');
  try {
    for (const entry of listDead()) {
      collect(failures, `failed to sweep container "${entry.id}"`, () => {
        if (sweepEntry(context, entry, callback)) removed.push(entry.id);
      });
    }
    collect(failures, `failed to empty "${paths.trash}"`, () => sweepTrash(context, trash));
  } finally {
    lock.release();
  }
  return { removed, failures };
}
