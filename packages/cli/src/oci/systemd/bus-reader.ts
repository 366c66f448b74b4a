import { alignmentOf, type BusValue, membersOf, splitSignature } from './bus-value.js';

/** Takes values out of the bytes of a message. Throws a `RangeError` where they end too early. */
export class BusReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  takeAll(signature: string): BusValue[] {
    return splitSignature(signature).map((type) => this.take(type));
  }

  take(type: string): BusValue {
    this.#align(alignmentOf(type));
    switch (type[0]) {
      case 'y':
        return this.#bytes.readUInt8(this.#skip(1));
      case 'b':
        return this.#takeCount() !== 0;
      case 'i':
        return this.#bytes.readInt32LE(this.#skip(4));
      case 'u':
        return this.#takeCount();
      case 'x':
        return this.#bytes.readBigInt64LE(this.#skip(8));
      case 't':
        return this.#bytes.readBigUInt64LE(this.#skip(8));
      case 'g':
        return this.#takeText(this.#bytes.readUInt8(this.#skip(1)));
      case 'v': {
        const signature = this.take('g') as string;
        return { signature, value: this.take(signature) };
      }
      case 'a':
        return this.#takeArray(type.slice(1));
      case '(':
        return this.takeAll(membersOf(type).join(''));
      default:
        return this.#takeText(this.#takeCount());
    }
  }

  #takeArray(type: string): BusValue[] {
    const length = this.#takeCount();
    this.#align(alignmentOf(type));
    const end = this.#offset + length;
    const values: BusValue[] = [];
    while (this.#offset < end) values.push(this.take(type));
    return values;
  }

  #takeText(length: number): string {
    const start = this.#skip(length + 1);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #takeCount(): number {
    return this.#bytes.readUInt32LE(this.#skip(4));
  }

  #align(to: number): void {
    this.#offset += (to - (this.#offset % to)) % to;
  }

  /** Where the next bytes begin, which the caller takes. */
  #skip(count: number): number {
    const start = this.#offset;
    if (start + count > this.#bytes.length) throw new RangeError('the message ends too early');
    this.#offset += count;
    return start;
  }
}
