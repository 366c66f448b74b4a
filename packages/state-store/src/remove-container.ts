import * as fs from 'node:fs';
import { isRuntimeError } from '@mini/contracts';
import { releaseNames } from './claim-name.js';
import { errnoNameOf, wrapping } from './errors.js';
import { readEntry, removeEntry } from './journal.js';
import { readNameLink } from './name-links.js';
import { readRecord } from './record-file.js';
import type { StoreContext } from './store-context.js';

let count = 0;

/** Names that lead to `id`: as the record and the journal say, or, when they cannot be read, by looking at all. */
export function findNames<R>({ paths, validate }: StoreContext<R>, id: string): string[] {
  const fromJournal = readEntry(paths.journal, id)?.name;
  try {
    const stored = readRecord(paths.containers, id, validate);
    if (stored !== undefined) return [fromJournal, stored.name].filter((name) => name !== undefined);
  } catch (error) {
    if (!isRuntimeError(error)) throw error;
  }
  return fs.readdirSync(paths.names).filter((name) => readNameLink(paths.names, name) === id);
}

function moveToTrash<R>({ paths }: StoreContext<R>, id: string): string | undefined {
  count += 1;
  const trash = `${paths.trash}/${id.slice(0, 200)}.${process.pid}-${count}`;
  try {
    fs.renameSync(`${paths.containers}/${id}`, trash);
    return trash;
  } catch (error) {
    if (errnoNameOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Removes a container's directory, names and journal entry; what is gone already is no fault. One rename decides: before
 * it all is there, after it nothing that anybody sees, and the rest can be done by `sweep`.
 */
export function removeContainer<R>(context: StoreContext<R>, id: string, name?: string): void {
  wrapping(`failed to remove container "${id}"`, () => {
    const names = name === undefined ? findNames(context, id) : [name];
    const trash = moveToTrash(context, id);
    releaseNames(context, names, id);
    if (trash !== undefined) context.removeTree(trash);
    removeEntry(context.paths.journal, id);
  });
}
