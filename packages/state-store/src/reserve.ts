import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { syncDirectory } from './atomic-file.js';
import { claimName } from './claim-name.js';
import { errnoNameOf, stateError, wrapError, wrapping } from './errors.js';
import { removeEntry, writeEntry } from './journal.js';
import { lockFile, type RecordLock } from './locks.js';
import { checkId, checkName, makeId } from './names.js';
import { writeRecord } from './record-file.js';
import { removeContainer } from './remove-container.js';
import { Reservation } from './reservation.js';
import type { StoreContext } from './store-context.js';

export interface ReserveOptions {
  /** By default 64 random hexadecimal digits. */
  readonly id?: string;
  readonly name?: string;
}

function conflict(id: string): Error {
  return stateError('state-conflict', `failed to reserve id "${id}": it is in use`, { holder: id });
}

function makeContainerDirectory(path: string, id: string): void {
  try {
    fs.mkdirSync(path, 0o700);
  } catch (error) {
    throw errnoNameOf(error) === 'EEXIST' ? conflict(id) : error;
  }
}

/** Takes what makes a container, in the order in which `sweep` can make sense of any part of it. */
function take<R>(context: StoreContext<R>, id: string, name: string | undefined): RecordLock {
  const { paths, kernel } = context;
  const directory = `${paths.containers}/${id}`;
  if (!writeEntry(paths.journal, id, name)) throw conflict(id);
  try {
    makeContainerDirectory(directory, id);
  } catch (error) {
    removeEntry(paths.journal, id);
    throw error;
  }
  try {
    if (name !== undefined) claimName(context, name, id);
    return lockFile(kernel, `${directory}/lock`, `container "${id}"`, { timeoutMs: 0 });
  } catch (error) {
    throw undoAfter(error, id, () => removeContainer(context, id, name));
  }
}

/** The first error, with that of its clean-up beside it if there is one. */
function undoAfter(error: unknown, id: string, undo: () => void): Error {
  const first = isRuntimeError(error) ? error : wrapError(`failed to reserve container "${id}"`, error);
  try {
    undo();
    return first;
  } catch (failure) {
    return first.withCleanup([failure as Error]);
  }
}

/** See `StateStore.reserve`. */
export function reserve<R>(context: StoreContext<R>, options: ReserveOptions): Reservation<R> {
  const { id = makeId(), name } = options;
  checkId(id);
  if (name !== undefined) checkName(name);
  const { paths, isDurable } = context;
  const lock = wrapping(`failed to reserve container "${id}"`, () => take(context, id, name));
  return new Reservation(id, name, `${paths.containers}/${id}`, lock, {
    write: (record) => writeRecord(context, { id, name, record }),
    complete: () =>
      wrapping(`failed to complete container "${id}"`, () => {
        if (isDurable) {
          syncDirectory(paths.containers);
          if (name !== undefined) syncDirectory(paths.names);
        }
        removeEntry(paths.journal, id);
      }),
    cancel: () => removeContainer(context, id, name),
  });
}
