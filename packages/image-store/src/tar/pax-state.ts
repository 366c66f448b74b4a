import { decodePaxRecords, type PaxRecord } from './pax-records.js';

/** What headers before an entry say of it: pax records, and GNU's names that were too long. */
export class PaxState {
  /** Of a global header: for all entries that follow, until another says otherwise. */
  readonly #global = new Map<string, Buffer>();
  #local: PaxRecord[] = [];
  #gnu: PaxRecord[] = [];

  addGlobal(bytes: Buffer): void {
    // No value takes a record back.
    for (const [key, value] of decodePaxRecords(bytes)) {
      if (value.length === 0) this.#global.delete(key);
      else this.#global.set(key, value);
    }
  }

  addLocal(bytes: Buffer): void {
    this.#local.push(...decodePaxRecords(bytes));
  }

  addGnuName(key: 'path' | 'linkpath', bytes: Buffer): void {
    const end = bytes.indexOf(0);
    this.#gnu.push([key, Buffer.from(end === -1 ? bytes : bytes.subarray(0, end))]);
  }

  /** Whether something waits for its entry. */
  get isPending(): boolean {
    return this.#local.length + this.#gnu.length > 0;
  }

  /** What there is for the next entry, the stronger last; the local part is used up. */
  take(): PaxRecord[] {
    const records = [...this.#gnu, ...this.#global, ...this.#local];
    this.#local = [];
    this.#gnu = [];
    return records;
  }
}
