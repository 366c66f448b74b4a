import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Seccomp } from '@mini/contracts';

/**
 * Raised with each change of what is compiled from the same profile: an older filter is then no longer found.
 */
const FORMAT = 1;

const LENGTH_BYTES = 4;

/** What a program depends on. A filter is kept with the whole of it, so that two of one name are never taken for each other. */
export function keyOf(seccomp: Seccomp, machine: string): string {
  const { defaultAction, defaultErrnoRet, architectures, syscalls } = seccomp;
  const parts = [FORMAT, machine, defaultAction, defaultErrnoRet, architectures, syscalls];
  try {
    return JSON.stringify(parts);
  } catch {
    // A value beyond 2^53; to ask about each value would cost more than all of the rest.
    return JSON.stringify(parts, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  }
}

/**
 * Name of the file for a key. Not by node:crypto, which takes longer to load than a container to start; nothing is
 * trusted for its name, so a hash of 53 bits is enough (two rounds of multiplication and exclusive or, as in MurmurHash).
 */
export function fileNameOf(key: string): string {
  const bytes = Buffer.alloc(Math.ceil(key.length / LENGTH_BYTES) * LENGTH_BYTES);
  bytes.write(key, 'latin1');
  let [one, other] = [0x2f0b4c47, 0x71c9e3a5];
  for (const word of new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / LENGTH_BYTES)) {
    one = Math.imul(one ^ word, 0x9e3779b1);
    one ^= one >>> 15;
    other = Math.imul(other ^ word, 0x85ebca77);
    other ^= other >>> 13;
  }
  return `${(one >>> 0).toString(16).padStart(8, '0')}${(other >>> 0).toString(16).padStart(8, '0')}.filter`;
}

/** A file of a key and its program. */
export function encodeFilter(key: string, program: Uint8Array): Uint8Array {
  const text = Buffer.from(key);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, program]);
}

/** The program in a file of `encodeFilter`, if it is this key's. */
export function decodeFilter(key: string, file: Uint8Array | undefined): Uint8Array | undefined {
  if (file === undefined) return undefined;
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  if (bytes.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + bytes.readUInt32LE();
  const program = bytes.subarray(end);
  const isWhole = program.length > 0 && program.length % 8 === 0;
  return isWhole && bytes.toString('utf8', LENGTH_BYTES, end) === key ? program : undefined;
}

/** Name of the file with the filter that comes with this package for a machine. */
export function shippedName(machine: string): string {
  return `default-${machine}.filter`;
}

/** The filter that comes with this package for a machine, compiled when it was built. */
export function readShipped(machine: string): Uint8Array | undefined {
  try {
    return readFileSync(join(import.meta.dirname, `../filters/${shippedName(machine)}`));
  } catch {
    return undefined;
  }
}
