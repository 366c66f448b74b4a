/** 64-bit words, host-endian. */
export function toWords(values: readonly (number | bigint)[]): BigInt64Array<ArrayBuffer> {
  // A loop, because `from` with a function is several times slower, and every start encodes a record.
  const words = new BigInt64Array(values.length);
  values.forEach((value, index) => {
    words[index] = BigInt(value);
  });
  return words;
}

/** The copy is aligned and alone in its memory; `slice` of a Buffer would be neither. */
export function toNumbers(bytes: Uint8Array): number[] {
  return Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number);
}
