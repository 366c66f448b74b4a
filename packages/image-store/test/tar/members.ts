import { execFileSync } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { expandContent, readTar, type TarEntry, type TarMember, writeTar } from '../../src/index.js';

/** A member as tests compare it. */
export interface PlainMember {
  readonly entry: TarEntry;
  readonly bytes: Buffer;
}

export const PLAIN: TarEntry = {
  path: 'file',
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeNs: 1_700_000_000_000_000_000n,
  sizeBytes: 0,
};

/** A member of the tests: a file unless told, as long as its text. */
export function member(entry: Partial<TarEntry>, text: string | Buffer = ''): TarMember {
  const bytes = Buffer.from(text);
  const sizeBytes = entry.type === undefined || entry.type === 'file' ? bytes.length : 0;
  return {
    entry: { ...PLAIN, sizeBytes, ...entry },
    content: { [Symbol.asyncIterator]: () => inChunks(bytes, bytes.length || 1) },
  };
}

export async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function toBytes(members: readonly TarMember[]): Promise<Buffer> {
  return buffer(writeTar(members));
}

/** Reads an archive, handed over in chunks of `size` bytes; sparse files as one reads them. */
export async function toMembers(archive: Buffer, size = 1 << 16): Promise<PlainMember[]> {
  const members: PlainMember[] = [];
  for await (const each of readTar(inChunks(archive, size))) {
    members.push({ entry: each.entry, bytes: await buffer(expandContent(each)) });
  }
  return members;
}

/** Runs GNU tar; gives its stdout. */
export function gnuTar(words: readonly string[], input?: Buffer): Buffer {
  return execFileSync('tar', words, {
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...(input === undefined ? {} : { input }),
  });
}
