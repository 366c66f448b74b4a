import { RuntimeError } from './errors.js';
import type { FieldType } from './step-definition.js';

const FIRST_BYTES = 8192;
const NUL = 0;
const FIRST_NOT_ASCII = 0x80;
const WORD = 2 ** 32;

const encoder = new TextEncoder();

/** Whether this machine's words begin with their low byte. A Plan is host-endian. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const [lowWordAt, highWordAt] = littleEndian ? [0, 4] : [4, 0];

/**
 * Writes the parts of a Plan one behind the other. A Plan is encoded at every start of a container, so everything goes
 * into one buffer, without a piece of memory for each field. The buffer starts as zeros, which is what padding is.
 */
export class PlanWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
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
    this.#reserve(length);
    this.#offset += length;
  }

  setWord16(at: number, value: number): void {
    this.#view.setUint16(at, value, littleEndian);
  }

  setWord32(at: number, value: number): void {
    this.#view.setUint32(at, value, littleEndian);
  }

  writeBytes(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#offset);
    this.#offset += bytes.length;
  }

  /** One field; `name` is for the error. Throws `RuntimeError` `bad-plan` for a NUL in a string. */
  writeField(type: FieldType, value: unknown, name: string): void {
    if (type === 'number') {
      this.#writeNumber(value as number | bigint);
      return;
    }
    const start = this.#offset;
    this.skip(8);
    const count = this.#writeData(type, value, name);
    const length = this.#offset - start - 8;
    this.setWord32(start, count);
    this.setWord32(start + 4, length);
    this.skip(-length & 7);
  }

  #writeData(type: Exclude<FieldType, 'number'>, value: unknown, name: string): number {
    switch (type) {
      case 'string':
        this.#writeString(value as string, name);
        return 1;
      case 'strings':
        for (const string of value as readonly string[]) this.#writeString(string, name);
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
    this.#reserve(8);
    if (Number.isSafeInteger(value) && (value as number) >= 0) {
      this.setWord32(this.#offset + lowWordAt, (value as number) % WORD);
      this.setWord32(this.#offset + highWordAt, Math.floor((value as number) / WORD));
    } else {
      this.#view.setBigUint64(this.#offset, BigInt.asUintN(64, BigInt(value)), littleEndian);
    }
    this.#offset += 8;
  }

  /** Nearly all are short and ASCII, and the encoder's call costs more than they do. */
  #writeString(string: string, name: string): void {
    this.#reserve(string.length * 3 + 1);
    const start = this.#offset;
    for (let index = 0; index < string.length; index += 1) {
      const code = string.charCodeAt(index);
      if (code === NUL || code >= FIRST_NOT_ASCII) {
        this.#writeAnyString(string, name);
        return;
      }
      this.#bytes[start + index] = code;
    }
    this.#bytes[start + string.length] = NUL;
    this.#offset = start + string.length + 1;
  }

  #writeAnyString(string: string, name: string): void {
    if (string.includes('\0')) {
      throw new RuntimeError({
        code: 'bad-plan',
        message: `failed to encode "${name}": the value contains a NUL character`,
      });
    }
    const { written } = encoder.encodeInto(string, this.#bytes.subarray(this.#offset));
    this.#offset += written + 1;
    this.#bytes[this.#offset - 1] = NUL;
  }

  #reserve(length: number): void {
    const needed = this.#offset + length;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#offset));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
