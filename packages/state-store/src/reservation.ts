import type { RecordLock } from './locks.js';

/**
 * An id, perhaps a name, and a directory that are ours, with the container's lock held; nobody sees a record yet. Until
 * `complete` the journal has it, so that whatever was begun is found by `sweep` if we die.
 */
export class Reservation<R> {
  #isOver = false;

  constructor(
    readonly id: string,
    readonly name: string | undefined,
    /** Where the engine may put what it likes, beside `record.json` and `lock`. */
    readonly directory: string,
    /** Hand its descriptor to the process that carries the work on, and release it here. */
    readonly lock: RecordLock,
    private readonly actions: {
      readonly write: (record: R) => void;
      readonly complete: () => void;
      readonly cancel: () => void;
    },
  ) {}

  /** Stores the record, again if need be; the container can be found from now on. */
  write(record: R): void {
    this.actions.write(record);
  }

  /** All side effects are known by the record: leaves the journal and releases the lock. */
  complete(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.actions.complete();
    this.lock.release();
  }

  /** `write` and `complete`. */
  commit(record: R): void {
    this.write(record);
    this.complete();
  }

  /** Takes all of it back, the directory with everything in it too. After `complete` it does nothing. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.actions.cancel();
    this.lock.release();
  }
}
