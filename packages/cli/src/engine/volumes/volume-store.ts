import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitorStep } from '@mini/contracts';
import { makeId, type RecordLock, removeTree, replaceFile, tryLockFile } from '@mini/state-store';
import type { Engine } from '../engine.js';
import { makeDirectory } from '../make-directory.js';
import { treeRemover } from '../remove-foreign-tree.js';
import { findNameProblem } from '../volume-name.js';
import { noSuchVolume, volumeError } from './volume-errors.js';
import { formatRecord, readRecordFile, type VolumeRecord } from './volume-record.js';

/** A volume as it is found. */
export interface Volume extends VolumeRecord {
  readonly name: string;
  /** What containers see of it; a mount of a file system covers it in them. */
  readonly mountpoint: string;
}

/** A volume whose lock is held: nobody else fills or removes it. */
export interface HeldVolume {
  readonly volume: Volume;
  /** Whether it was made by this call. */
  readonly isNew: boolean;
  release(): void;
}

/** Directory of a volume's files, in its own. */
export const DATA = '_data';
/** Names of volumes begin with no dot. The lock in a draft is its maker's: whoever else gets it finds the maker dead. */
const DRAFT = '.new-';
const GONE = '.gone-';
const RECORD = 'record.json';
const LOCK = 'lock';

/** `NAME/`: record, lock, and `_data`. A volume is there, whole, when its directory is. */
export function volumesDirectory({ paths }: Pick<Engine, 'paths'>): string {
  return join(paths.dataDirectory, 'volumes');
}

export function directoryOf(engine: Pick<Engine, 'paths'>, name: string): string {
  return join(volumesDirectory(engine), name);
}

/** Throws `RuntimeError` `bad-volume`. */
export function checkVolumeName(name: string): void {
  const problem = findNameProblem(name);
  if (problem === undefined) return;
  throw volumeError('bad-volume', `failed to use volume name ${JSON.stringify(name)}: ${problem}`);
}

/** Throws `RuntimeError`: `no-such-volume`, `volume-corrupt`. */
export function readVolume(engine: Engine, name: string): Volume {
  const directory = directoryOf(engine, name);
  const record = findNameProblem(name) === undefined ? readRecordFile(join(directory, RECORD)) : undefined;
  if (record === undefined) throw noSuchVolume(name);
  return { ...record, name, mountpoint: join(directory, DATA) };
}

/** Whether there is something under the name, readable or not. */
export function hasVolume(engine: Engine, name: string): boolean {
  return findNameProblem(name) === undefined && existsSync(directoryOf(engine, name));
}

/** The names of all volumes, sorted. What others left half-made or half-removed goes. */
export function listVolumeNames(engine: Engine): string[] {
  const entries = readNames(volumesDirectory(engine));
  for (const entry of entries) if (entry.startsWith('.')) sweepEntry(engine, entry);
  return entries.filter((entry) => findNameProblem(entry) === undefined).sort();
}

function sweepEntry(engine: Engine, entry: string): void {
  const path = directoryOf(engine, entry);
  if (entry.startsWith(GONE)) treeRemover(engine)(path);
  if (!entry.startsWith(DRAFT)) return;
  const lock = tryLockFile(engine.kernel, join(path, LOCK), 'exclusive');
  if (lock === undefined) return;
  removeTree(path);
  lock.release();
}

function readNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Makes a volume and holds it; `undefined` when there is one of that name. It is put together aside and renamed, so that
 * whoever finds it finds all of it, whenever we are killed.
 */
export function makeVolume(engine: Engine, name: string, record: VolumeRecord): HeldVolume | undefined {
  makeDirectory(volumesDirectory(engine));
  for (;;) {
    const draft = directoryOf(engine, `${DRAFT}${makeId().slice(0, 32)}`);
    mkdirSync(draft, 0o700);
    const lock = tryLockFile(engine.kernel, join(draft, LOCK), 'exclusive');
    // Somebody took us for dead before we had the lock.
    if (lock === undefined) continue;
    try {
      const isMade = publish(draft, directoryOf(engine, name), record);
      if (isMade) return { volume: readVolume(engine, name), isNew: true, release: lock.release };
    } catch (error) {
      lock.release();
      removeTree(draft);
      throw error;
    }
    removeTree(draft);
    lock.release();
    return undefined;
  }
}

/** `false` when there is one: no directory takes the place of one that is not empty. */
function publish(draft: string, directory: string, record: VolumeRecord): boolean {
  mkdirSync(join(draft, DATA));
  // Set apart, because the caller's umask must not decide which users of a container get in.
  chmodSync(join(draft, DATA), 0o755);
  replaceFile(join(draft, RECORD), formatRecord(record));
  try {
    renameSync(draft, directory);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/** The lock at once, or not at all. */
export function tryLockVolume(engine: Engine, name: string): RecordLock | undefined {
  return tryLockFile(engine.kernel, join(directoryOf(engine, name), LOCK), 'exclusive');
}

/** Waits for a volume's lock; `undefined` when it is gone. Throws `RuntimeError` `volume-locked` after a while. */
export async function lockVolume(
  engine: Engine,
  name: string,
  timeoutMs: number,
): Promise<RecordLock | undefined> {
  const endsAtMs = Date.now() + timeoutMs;
  for (;;) {
    const lock = tryLockVolume(engine, name);
    if (lock !== undefined) return lock;
    if (!hasVolume(engine, name)) return undefined;
    if (Date.now() >= endsAtMs) {
      throw volumeError(
        'volume-locked',
        `failed to use volume "${name}": another process fills or removes it`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOCK_PAUSE_MS));
  }
}

const LOCK_PAUSE_MS = 10;

/** Takes a volume away with all that is in it; its lock is held. After the rename nobody finds it. */
export function discardVolume(engine: Engine, name: string): void {
  const gone = directoryOf(engine, `${GONE}${makeId().slice(0, 32)}`);
  renameSync(directoryOf(engine, name), gone);
  treeRemover(engine)(gone);
}

/** The same as steps for the monitor of a container that its volumes go with. A pure function. */
export function compileDiscard(engine: Pick<Engine, 'paths'>, name: string): MonitorStep[] {
  const gone = directoryOf(engine, `${GONE}${name}`);
  return [
    { op: 'rename', from: directoryOf(engine, name), to: gone },
    { op: 'remove_tree', path: gone },
  ];
}
