import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { syncDirectory } from './atomic-file.js';
import { claimName } from './claim-name.js';
import { errnoNameOf, stateError, wrapError } from './errors.js';
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
    removeContainer(context, id, name);
    throw error;
  }
}

/** See `StateStore.reserve`. */
export function reserve<R>(context: StoreContext<R>, options: ReserveOptions): Reservation<R> {
  const { id = makeId(), name } = options;
  checkId(id);
  if (name !== undefined) checkName(name);
  const { paths, isDurable } = context;
  let lock: RecordLock;
  try {
    lock = take(context, id, name);
  } catch (error) {
    throw isRuntimeError(error) ? error : wrapError(`failed to reserve container "${id}"`, error);
  }
  return new Reservation(id, name, `${paths.containers}/${id}`, lock, {
    write: (record) => writeRecord(paths.containers, { id, name, record }, isDurable),
    complete: () => {
      if (isDurable) {
        syncDirectory(paths.containers);
        if (name !== undefined) syncDirectory(paths.names);
      }
      removeEntry(paths.journal, id);
    },
    cancel: () => removeContainer(context, id, name),
  });
}
