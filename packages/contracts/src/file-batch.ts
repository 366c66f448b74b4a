import type { FilePath, FileRecord } from './kernel.js';
import { S_IF } from './linux.js';
import { littleEndian } from './plan-writer.js';
import { FILE_RECORD_WORDS } from './wire.js';
import { toNumbers } from './words.js';

const WORD_BYTES = 8;
const HEADER_BYTES = FILE_RECORD_WORDS.length * WORD_BYTES;
const PERMISSIONS = 0o7777;
/** Of a character of a string. */
const MOST_UTF8_BYTES = 3;
const MODIFIED_AT = FILE_RECORD_WORDS.findIndex(({ name }) => name === 'modified_ns');

/** Files for `Kernel.writeFiles`, as the bytes that it takes: written into one buffer, over and over. */
export class FileBatch {
  readonly #bytes: Buffer;
  /** The same bytes, by halves of words: a BigInt for each would cost more than all else. */
  readonly #halves: Int32Array;
  readonly #words: BigInt64Array;
  #length = 0;

  constructor(readonly capacityBytes: number) {
    const memory = new ArrayBuffer(capacityBytes);
    this.#bytes = Buffer.from(memory);
    this.#halves = new Int32Array(memory);
    this.#words = new BigInt64Array(memory);
  }

  /** What was added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** `false` when there is no room for it any more; then nothing of it is added. */
  add({ type, directoryFd, name, mode, owner, modifiedNs, content }: FileRecord): boolean {
    const start = this.#length;
    const most = HEADER_BYTES + mostBytes(name) + 1 + mostBytes(content) + WORD_BYTES;
    if (most > this.capacityBytes - start) return false;
    let at = start + HEADER_BYTES;
    const nameBytes = this.#put(name, at);
    at += nameBytes;
    this.#bytes[at++] = 0;
    const contentBytes = this.#put(content, at);
    at += contentBytes;
    while (at % WORD_BYTES !== 0) this.#bytes[at++] = 0;
    const word = start / WORD_BYTES;
    this.#set(word, at - start);
    this.#set(word + 1, directoryFd);
    this.#set(word + 2, (type === 'file' ? S_IF.REG : S_IF.LNK) | mode);
    this.#set(word + 3, owner?.uid ?? -1);
    this.#set(word + 4, owner?.gid ?? -1);
    this.#words[word + MODIFIED_AT] = modifiedNs;
    this.#set(word + 6, nameBytes);
    this.#set(word + 7, contentBytes);
    this.#length = at;
    return true;
  }

  clear(): void {
    this.#length = 0;
  }

  #put(value: FilePath, at: number): number {
    if (typeof value === 'string') return this.#bytes.write(value, at);
    this.#bytes.set(value, at);
    return value.length;
  }

  /** -1 to 2^32 - 1. */
  #set(word: number, value: number): void {
    const [low, high] = littleEndian ? [0, 1] : [1, 0];
    this.#halves[2 * word + low] = value;
    this.#halves[2 * word + high] = value < 0 ? -1 : 0;
  }
}

function mostBytes(value: FilePath): number {
  return typeof value === 'string' ? MOST_UTF8_BYTES * value.length : value.length;
}

/** What a batch holds, for tests and for a kernel that is none. */
export function decodeFileRecords(bytes: Uint8Array): FileRecord[] {
  const records: FileRecord[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const words = toNumbers(bytes.subarray(at, at + HEADER_BYTES));
    const [length = 0, directoryFd = -1, mode = 0, uid = -1, gid = -1] = words;
    const [nameBytes = 0, contentBytes = 0] = words.slice(MODIFIED_AT + 1);
    const name = bytes.slice(at + HEADER_BYTES, at + HEADER_BYTES + nameBytes);
    const start = at + HEADER_BYTES + nameBytes + 1;
    records.push({
      type: (mode & ~PERMISSIONS) === S_IF.LNK ? 'symlink' : 'file',
      directoryFd,
      name,
      mode: mode & PERMISSIONS,
      owner: uid < 0 ? undefined : { uid, gid },
      modifiedNs: view.getBigInt64(at + MODIFIED_AT * WORD_BYTES, littleEndian),
      content: bytes.slice(start, start + contentBytes),
    });
    at += length;
  }
  return records;
}
