import * as fs from 'node:fs';
import { isRuntimeError, type MonitorStep } from '@mini/contracts';
import { renameStored } from './claim-name.js';
import { compileRemoval } from './compile-removal.js';
import { stateError, wrapping } from './errors.js';
import { readEntry, replaceEntry } from './journal.js';
import { type LockKernel, type LockOptions, lockFile, type RecordLock } from './locks.js';
import { readNameLink } from './name-links.js';
import { checkId, checkName, isId } from './names.js';
import { type Beginning, type ReadKernel, readEach } from './read-each.js';
import { readRecord, recordPath, type StoredRecord, type Validate, writeRecord } from './record-file.js';
import { readSummaries, type StoredSummary } from './record-summary.js';
import { removeContainer } from './remove-container.js';
import { removeTree } from './remove-tree.js';
import type { Reservation } from './reservation.js';
import { type ReserveOptions, reserve } from './reserve.js';
import type { StoreContext } from './store-context.js';
import { listStorePaths, makeStoreDirectories } from './store-paths.js';
import { type SweepCallback, type SweepResult, sweep } from './sweep.js';

export interface StateStoreOptions<R> {
  /** Absolute; made with mode 0700 when missing. */
  readonly directory: string;
  readonly kernel: LockKernel;
  /** Checks every record that is read: files are not trusted because we once wrote them. */
  readonly validate: Validate<R>;
  /**
   * Survive a power cut: waits for the disk at each write. Off for a directory that a reboot empties anyway (/run); the
   * death of any process is survived either way. On by default.
   */
  readonly isDurable?: boolean;
  /** How directories of containers are removed; `removeTree` unless told. */
  readonly removeTree?: (path: string) => void;
  /** What a list needs of a record, as JSON can hold it: written in front of it, for `readSummaries`. */
  readonly summarize?: (record: R) => unknown;
}

/** All containers: what can be read, and what cannot. */
export interface RecordList<R> {
  readonly records: readonly StoredRecord<R>[];
  readonly problems: readonly { readonly id: string; readonly error: Error }[];
}

/** Records of containers in a directory, shared by any number of processes without a server. */
export class StateStore<R> {
  readonly #context: StoreContext<R>;

  constructor(options: StateStoreOptions<R>) {
    const { directory, kernel, validate, isDurable = true, summarize } = options;
    const paths = listStorePaths(directory);
    makeStoreDirectories(paths);
    const remove = options.removeTree ?? removeTree;
    this.#context = { paths, kernel, validate, isDurable, removeTree: remove, summarize };
  }

  /**
   * Takes an id, and a name if one is given, before anything else is done for a container: of any number who ask for the
   * same at once, one gets it. Throws `RuntimeError`: `state-id`, `state-name`, `state-conflict`.
   */
  reserve(options: ReserveOptions = {}): Reservation<R> {
    return reserve(this.#context, options);
  }

  /** The container's own directory. Throws `RuntimeError` with code `state-id`. */
  directoryOf(id: string): string {
    checkId(id);
    return `${this.#context.paths.containers}/${id}`;
  }

  /** Throws `RuntimeError`: `state-missing`, or `state-corrupt` with the file's path. */
  read(id: string): StoredRecord<R> {
    const { paths, validate } = this.#context;
    const directory = this.directoryOf(id);
    const stored = readRecord(paths.containers, id, validate);
    if (stored !== undefined) return stored;
    if (!fs.existsSync(directory)) throw missing('read', id, 'no such container');
    if (readEntry(paths.journal, id) !== undefined) throw missing('read', id, 'it is still being made');
    const path = recordPath(paths.containers, id);
    throw stateError('state-corrupt', `failed to read record "${path}": it is missing`, { path });
  }

  /**
   * What `summarize` made of each of these records, at a fraction of what reading them costs; `undefined` where there is
   * none that can be had alone, or believed: then `read` knows.
   */
  readSummaries<S>(
    kernel: ReadKernel,
    ids: readonly string[],
    validate: Validate<S>,
  ): (StoredSummary<S> | undefined)[] {
    return readSummaries(kernel, this.#context.paths.containers, ids, validate);
  }

  /**
   * The first `mostBytes` of a file that whoever keeps the containers has put into their directories; `undefined` where it is
   * missing or cannot be read.
   */
  readEach(
    kernel: ReadKernel,
    ids: readonly string[],
    file: { readonly file: string; readonly mostBytes: number },
  ): (Beginning | undefined)[] {
    return readEach(kernel, this.#context.paths.containers, ids, file);
  }

  /** The ids of all containers, in no order, those that are still being made too: for who need not read all records. */
  listIds(): string[] {
    const { containers } = this.#context.paths;
    return wrapping('failed to list containers', () => fs.readdirSync(containers)).filter(isId);
  }

  /** All records, in no order. Containers that are still being made are left out. */
  list(): RecordList<R> {
    const [records, problems]: [StoredRecord<R>[], { id: string; error: Error }[]] = [[], []];
    for (const id of this.listIds()) {
      try {
        records.push(this.read(id));
      } catch (error) {
        if (!isRuntimeError(error)) throw error;
        if (error.code !== 'state-missing') problems.push({ id, error });
      }
    }
    return { records, problems };
  }

  /**
   * The id that is meant by an id, a name, or the beginning of an id, in this order. Throws `RuntimeError`:
   * `state-missing`, `state-ambiguous`.
   */
  resolve(reference: string): string {
    const { containers, names } = this.#context.paths;
    if (!isId(reference)) throw missing('find', reference, 'no such container');
    const has = (id: string) => fs.existsSync(`${containers}/${id}`);
    if (has(reference)) return reference;
    const [first, ...others] = wrapping(`failed to find container "${reference}"`, () => {
      const named = readNameLink(names, reference);
      if (named !== undefined && has(named)) return [named];
      return fs.readdirSync(containers).filter((id) => id.startsWith(reference));
    });
    if (first === undefined) throw missing('find', reference, 'no such container');
    if (others.length === 0) return first;
    const reason = `${others.length + 1} ids begin like that`;
    throw stateError('state-ambiguous', `failed to find container ${JSON.stringify(reference)}: ${reason}`);
  }

  /** Replaces the record of an existing container. The caller holds its lock, or knows that nobody else writes. */
  write(id: string, record: R): void {
    const { name } = this.read(id);
    writeRecord(this.#context, { id, name, record });
  }

  /** Reads, changes and writes a record with its lock held; returns the new one. */
  update(id: string, change: (record: R) => R, options: LockOptions = {}): R {
    const lock = this.lock(id, options);
    try {
      const { name, record } = this.read(id);
      const changed = change(record);
      writeRecord(this.#context, { id, name, record: changed });
      return changed;
    } finally {
      lock.release();
    }
  }

  /** Gives a container another name. Throws `RuntimeError`: `state-name`, `state-conflict`, and as `lock`. */
  rename(id: string, name: string, options: LockOptions = {}): void {
    checkName(name);
    const lock = this.lock(id, options);
    try {
      const stored = this.read(id);
      if (stored.name === name) return;
      wrapping(`failed to rename container "${id}" to "${name}"`, () =>
        renameStored(this.#context, stored, name),
      );
    } finally {
      lock.release();
    }
  }

  /**
   * Puts an existing container into the journal, with this process as its maker: a sweep looks at it when we are gone, and
   * not before.
   */
  reopen(id: string): void {
    const { name } = this.read(id);
    wrapping(`failed to reopen container "${id}"`, () => replaceEntry(this.#context.paths, id, name));
  }

  /**
   * Removes the container with its directory and names; none is no fault. The caller holds its lock, and has seen to it
   * that nothing uses the directory. Throws `RuntimeError` with code `state-io`.
   */
  remove(id: string): void {
    checkId(id);
    removeContainer(this.#context, id);
  }

  /** What `remove` does, as steps for the monitor of a container that is not to stay. */
  compileRemoval(id: string): MonitorStep[] {
    checkId(id);
    return compileRemoval(this.#context.paths, id);
  }

  /** Throws `RuntimeError`: `state-locked` when another holds it for too long, `state-missing`. */
  lock(id: string, options: LockOptions = {}): RecordLock {
    const directory = this.directoryOf(id);
    return lockFile(this.#context.kernel, `${directory}/lock`, `container "${id}"`, options);
  }

  /**
   * Finds containers whose maker died half-way and hands them to `callback`; empties the trash. A few file calls when
   * there is nothing to do, so every command can begin with it.
   */
  sweep(callback: SweepCallback<R>): SweepResult {
    return wrapping('failed to sweep state store', () => sweep(this.#context, callback));
  }
}

function missing(verb: string, reference: string, reason: string): Error {
  return stateError('state-missing', `failed to ${verb} container ${JSON.stringify(reference)}: ${reason}`);
}

/** Opens a store, making its directories when they are missing. Throws `RuntimeError` with code `state-directory`. */
export function openStateStore<R>(options: StateStoreOptions<R>): StateStore<R> {
  return new StateStore(options);
}
