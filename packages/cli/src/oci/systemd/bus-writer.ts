import { alignmentOf, type BusValue, type BusVariant, membersOf, splitSignature } from './bus-value.js';

/** Puts values into bytes, little end first. Source: D-Bus specification, "Marshaling (Wire Format)". */
export class BusWriter {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  align(to: number): void {
    this.#add(Buffer.alloc((to - (this.#length % to)) % to));
  }

  /** One value for each type of the signature. */
  putAll(signature: string, values: readonly BusValue[]): void {
    for (const [index, type] of splitSignature(signature).entries()) this.put(type, values[index]!);
  }

  put(type: string, value: BusValue): void {
    this.align(alignmentOf(type));
    switch (type[0]) {
      case 'y':
        this.#add(Buffer.from([value as number]));
        break;
      case 'b':
        this.#putNumber(value === true ? 1 : 0);
        break;
      case 'i':
      case 'u':
        this.#putNumber(value as number);
        break;
      case 'x':
      case 't':
        this.#putLong(value as bigint);
        break;
      case 'g':
        this.#putText(value as string, Buffer.from([(value as string).length]));
        break;
      case 'v':
        this.#putVariant(value as BusVariant);
        break;
      case 'a':
        this.#putArray(type.slice(1), value as readonly BusValue[]);
        break;
      case '(':
        this.putAll(membersOf(type).join(''), value as readonly BusValue[]);
        break;
      default:
        this.#putNumber(Buffer.byteLength(value as string));
        this.#putText(value as string, Buffer.alloc(0));
        break;
    }
  }

  #putNumber(value: number): void {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    this.#add(bytes);
  }

  #putLong(value: bigint): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    this.#add(bytes);
  }

  #putText(text: string, before: Buffer): void {
    this.#add(before, Buffer.from(text), Buffer.alloc(1));
  }

  #putVariant({ signature, value }: BusVariant): void {
    this.put('g', signature);
    this.put(signature, value);
  }

  /** The length does not count what aligns the first element. */
  #putArray(type: string, values: readonly BusValue[]): void {
    const length = Buffer.alloc(4);
    this.#add(length);
    this.align(alignmentOf(type));
    const start = this.#length;
    for (const value of values) this.put(type, value);
    length.writeUInt32LE(this.#length - start);
  }

  #add(...chunks: readonly Buffer[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
    }
  }
}
