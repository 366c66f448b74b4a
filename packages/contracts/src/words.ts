import { littleEndian } from './plan-writer.js';

const WORD = 2 ** 32;
const [lowWordAt, highWordAt] = littleEndian ? [0, 4] : [4, 0];

/** 64-bit words, host-endian. */
export function toWords(values: readonly (number | bigint)[]): BigInt64Array<ArrayBuffer> {
  // A loop, because `from` with a function is several times slower, and every start encodes a record.
  const words = new BigInt64Array(values.length);
  values.forEach((value, index) => {
    words[index] = BigInt(value);
  });
  return words;
}

/** By halves: a list of containers decodes a status for each, and its BigInts would be most of what is thrown away. */
export function toNumbers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += 8) {
    numbers.push(
      view.getInt32(at + highWordAt, littleEndian) * WORD + view.getUint32(at + lowWordAt, littleEndian),
    );
  }
  return numbers;
}
