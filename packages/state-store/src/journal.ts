import * as fs from 'node:fs';
import { errnoNameOf } from './errors.js';
import { isId } from './names.js';
import { type ProcessIdentity, readOwnIdentity } from './process-identity.js';
import type { StorePaths } from './store-paths.js';

/** Who is making which container: written before the first side effect, taken back after the last. */
export interface JournalEntry {
  readonly id: string;
  readonly name: string | undefined;
  readonly maker: ProcessIdentity;
  /** When, in milliseconds of the Unix clock. */
  readonly startedMs: number;
}

/**
 * Writes an entry as a symbolic link: one call that makes it whole, exclusively, or not at all. `false` when there is
 * one for that id. Source: symlink(2).
 */
export function writeEntry(journal: string, id: string, name: string | undefined): boolean {
  try {
    fs.symlinkSync(describeEntry(name), `${journal}/${id}`);
    return true;
  } catch (error) {
    if (errnoNameOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Writes an entry in the place of any that is there: at no moment is there none. */
export function replaceEntry(
  { journal, trash }: Pick<StorePaths, 'journal' | 'trash'>,
  id: string,
  name: string | undefined,
): void {
  // What is left in the trash when we die here is swept; by others before that, too.
  const unfinished = `${trash}/entry.${id.slice(0, 200)}.${process.pid}`;
  for (;;) {
    fs.symlinkSync(describeEntry(name), unfinished);
    try {
      fs.renameSync(unfinished, `${journal}/${id}`);
      return;
    } catch (error) {
      if (errnoNameOf(error) !== 'ENOENT') throw error;
    }
  }
}

function describeEntry(name: string | undefined): string {
  return JSON.stringify({ name, maker: readOwnIdentity(), startedMs: Date.now() });
}

export function removeEntry(journal: string, id: string): void {
  try {
    fs.unlinkSync(`${journal}/${id}`);
  } catch (error) {
    if (errnoNameOf(error) !== 'ENOENT') throw error;
  }
}

/** `undefined` when there is none. One that is not ours has a maker that cannot be alive. */
export function readEntry(journal: string, id: string): JournalEntry | undefined {
  let target: string;
  try {
    target = fs.readlinkSync(`${journal}/${id}`);
  } catch (error) {
    if (errnoNameOf(error) === 'ENOENT') return undefined;
    return { id, name: undefined, maker: { pid: 0, startTime: 0 }, startedMs: 0 };
  }
  return { id, ...parseTarget(target) };
}

function parseTarget(target: string): Omit<JournalEntry, 'id'> {
  try {
    const { name, maker, startedMs } = JSON.parse(target) as Partial<JournalEntry>;
    if (
      typeof maker?.pid === 'number' &&
      typeof maker.startTime === 'number' &&
      typeof startedMs === 'number'
    ) {
      return { name: typeof name === 'string' ? name : undefined, maker, startedMs };
    }
  } catch {
    // Falls through: whoever wrote it, nobody is making anything by it.
  }
  return { name: undefined, maker: { pid: 0, startTime: 0 }, startedMs: 0 };
}

export function listEntries(journal: string): JournalEntry[] {
  return fs
    .readdirSync(journal)
    .filter(isId)
    .flatMap((id) => readEntry(journal, id) ?? []);
}
