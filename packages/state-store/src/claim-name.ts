import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { stateError } from './errors.js';
import { readEntry } from './journal.js';
import { lockFile } from './locks.js';
import { makeNameLink, readNameLink, removeNameLink } from './name-links.js';
import { readRecord, type StoredRecord, writeRecord } from './record-file.js';
import type { StoreContext } from './store-context.js';

/**
 * Runs `act` alone among all processes that take a name away. Giving one needs no lock: a link is made exclusively.
 */
function withNamesLocked<R, T>({ kernel, paths }: StoreContext<R>, act: () => T): T {
  const lock = lockFile(kernel, `${paths.root}/names.lock`, 'container names');
  try {
    return act();
  } finally {
    lock.release();
  }
}

/** A link outlives its right when its maker was killed in the middle of a removal or a renaming. */
function isCurrent<R>({ paths, validate }: StoreContext<R>, name: string, holder: string): boolean {
  if (!fs.existsSync(`${paths.containers}/${holder}`)) return false;
  try {
    const readName = () => readRecord(paths.containers, holder, validate)?.name;
    // A maker writes the record before it takes back its entry: without an entry there may be a record by now.
    return [readName, () => readEntry(paths.journal, holder)?.name, readName].some((read) => read() === name);
  } catch (error) {
    // What cannot be read may well have that name.
    if (isRuntimeError(error)) return true;
    throw error;
  }
}

function conflict(name: string, holder: string | undefined): Error {
  const who = holder === undefined ? 'another container' : `container "${holder}"`;
  return stateError('state-conflict', `failed to reserve name "${name}": it is in use by ${who}`, {
    hint: 'remove or rename that container, or choose another name',
    ...(holder !== undefined && { holder }),
  });
}

/** Must be called with the names locked. Throws `RuntimeError` with code `state-conflict`. */
function claimNameLocked<R>(context: StoreContext<R>, name: string, id: string): void {
  const { names } = context.paths;
  if (makeNameLink(names, name, id)) return;
  const holder = readNameLink(names, name);
  if (holder !== undefined) {
    if (isCurrent(context, name, holder)) throw conflict(name, holder);
    removeNameLink(names, name, holder);
  }
  if (!makeNameLink(names, name, id)) throw conflict(name, readNameLink(names, name));
}

/** Makes `name` lead to `id`. Throws `RuntimeError` with code `state-conflict` when it is in use. */
export function claimName<R>(context: StoreContext<R>, name: string, id: string): void {
  if (makeNameLink(context.paths.names, name, id)) return;
  withNamesLocked(context, () => claimNameLocked(context, name, id));
}

/** Gives names free, as far as they are those of `id`. */
export function releaseNames<R>(context: StoreContext<R>, names: Iterable<string>, id: string): void {
  const owned = [...names].filter((name) => readNameLink(context.paths.names, name) === id);
  if (owned.length === 0) return;
  withNamesLocked(context, () => {
    for (const name of owned) removeNameLink(context.paths.names, name, id);
  });
}

/** Gives a container whose lock is held another name. Throws `RuntimeError` with code `state-conflict`. */
export function renameStored<R>(context: StoreContext<R>, stored: StoredRecord<R>, name: string): void {
  // Together, since a link that the record does not bear out is free for others to take.
  withNamesLocked(context, () => {
    claimNameLocked(context, name, stored.id);
    writeRecord(context, { ...stored, name });
  });
  if (stored.name !== undefined) releaseNames(context, [stored.name], stored.id);
}
