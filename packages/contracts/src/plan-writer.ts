import { RuntimeError } from './errors.js';
import type { FieldType } from './step-definition.js';

const FIRST_BYTES = 8192;
const WORD = 2 ** 32;
/** Of a UTF-16 unit in UTF-8. */
const MOST_BYTES = 3;

/** Whether this machine's words begin with their low byte. A Plan is host-endian. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const [lowWord, highWord] = littleEndian ? [0, 1] : [1, 0];

/**
 * Writes the parts of a Plan one behind the other. A Plan is encoded at every start of a container, so everything goes
 * into one buffer, without a piece of memory for each field. The buffer starts as zeros, which is what padding is. A
 * process that starts one container is over before its loops are compiled: what a field takes is few calls, and those the
 * engine's own.
 */
export class PlanWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** The same memory, as each part is written: host-endian by nature. */
  #halves = new Uint16Array(this.#bytes.buffer);
  #words = new Uint32Array(this.#bytes.buffer);
  #text = Buffer.from(this.#bytes.buffer);
  #offset = 0;

  get offset(): number {
    return this.#offset;
  }

  /** A copy of what was written, from `start` on. */
  copy(start = 0): Uint8Array {
    return this.#bytes.slice(start, this.#offset);
  }

  /** Leaves room to be filled in later. */
  skip(length: number): void {
    if (this.#offset + length > this.#bytes.length) this.#grow(length);
    this.#offset += length;
  }

  /** `at` is a multiple of 2. */
  setWord16(at: number, value: number): void {
    this.#halves[at / 2] = value;
  }

  /** `at` is a multiple of 4. */
  setWord32(at: number, value: number): void {
    this.#words[at / 4] = value;
  }

  writeBytes(bytes: ArrayLike<number>): void {
    const start = this.#offset;
    this.skip(bytes.length);
    this.#bytes.set(bytes, start);
  }

  /** The field `name` of the step `op`: where it begins is a multiple of 8. Throws `RuntimeError` `bad-plan` for a NUL in a string. */
  writeField(type: FieldType, value: unknown, op: string, name: string): void {
    if (type === 'number') {
      this.#writeNumber(value as number | bigint);
      return;
    }
    const start = this.#offset;
    this.skip(8);
    const count = this.#writeData(type, value, op, name);
    const length = this.#offset - start - 8;
    this.#words[start / 4] = count;
    this.#words[start / 4 + 1] = length;
    this.skip(-length & 7);
  }

  #writeData(type: Exclude<FieldType, 'number'>, value: unknown, op: string, name: string): number {
    switch (type) {
      case 'string':
        this.#writeString(value as string, op, name);
        return 1;
      case 'strings':
        for (const string of value as readonly string[]) this.#writeString(string, op, name);
        return (value as readonly string[]).length;
      case 'numbers':
        for (const number of value as readonly (number | bigint)[]) this.#writeNumber(number);
        return (value as readonly (number | bigint)[]).length;
      case 'bytes':
        this.writeBytes(value as Uint8Array);
        return 0;
    }
  }

  #writeNumber(value: number | bigint): void {
    const start = this.#offset;
    this.skip(8);
    if (Number.isSafeInteger(value) && (value as number) >= 0) {
      this.#words[start / 4 + lowWord] = (value as number) % WORD;
      this.#words[start / 4 + highWord] = (value as number) / WORD;
    } else {
      const view = new DataView(this.#bytes.buffer);
      view.setBigUint64(start, BigInt.asUintN(64, BigInt(value)), littleEndian);
    }
  }

  #writeString(string: string, op: string, name: string): void {
    if (string.includes('\0')) {
      throw new RuntimeError({
        code: 'bad-plan',
        message: `failed to encode "${op}.${name}": the value contains a NUL character`,
      });
    }
    const most = string.length * MOST_BYTES + 1;
    if (this.#offset + most > this.#bytes.length) this.#grow(most);
    this.#offset += this.#text.write(string, this.#offset) + 1;
  }

  #grow(length: number): void {
    const bytes = new Uint8Array(align(Math.max(this.#offset + length, this.#bytes.length * 2)));
    bytes.set(this.#bytes.subarray(0, this.#offset));
    this.#bytes = bytes;
    this.#halves = new Uint16Array(bytes.buffer);
    this.#words = new Uint32Array(bytes.buffer);
    this.#text = Buffer.from(bytes.buffer);
  }
}

/** Up to whole words, which the memory is seen as. */
function align(length: number): number {
  return (length + 7) & ~7;
}
