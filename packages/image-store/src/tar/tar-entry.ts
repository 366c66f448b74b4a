export type TarEntryType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** A part of a sparse file that holds data; what lies between two reads as zeros. */
export interface SparseRegion {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** A file as a tar stream describes it. Source: pax(1) of POSIX.1-2017, the manual of GNU tar. */
export interface TarEntry {
  /** As the archive has it, without slashes at its end; names that are not UTF-8 as `decodeName` gives them. */
  readonly path: string;
  readonly type: TarEntryType;
  /** Permission bits with set-user-ID, set-group-ID and sticky: 0 to 0o7777. */
  readonly mode: number;
  /** 0 to 2^32 - 2. */
  readonly uid: number;
  readonly gid: number;
  readonly userName?: string;
  readonly groupName?: string;
  /** Nanoseconds of the Unix clock; negative before 1970. */
  readonly mtimeNs: bigint;
  /** Of a `file`, as one reads it; 0 of all others. */
  readonly sizeBytes: number;
  /** What a `symlink` holds, or the path of the entry that a `link` is another name of. */
  readonly linkPath?: string;
  /** Of `character` and `block`. */
  readonly device?: { readonly major: number; readonly minor: number };
  /** Extended attributes by their full names, such as `security.capability`. */
  readonly xattrs?: ReadonlyMap<string, Uint8Array>;
  /** Of a sparse file, ascending; the content then holds these regions alone, one after the other. */
  readonly sparse?: readonly SparseRegion[];
}

/** An entry with its bytes, which are there to be taken until the next member is asked for. */
export interface TarMember {
  readonly entry: TarEntry;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The content of whatever has none. */
export const NO_CONTENT: readonly Uint8Array[] = [];

/** Bytes with their place in the file: what lies between reads as zeros, up to `sizeBytes` of the entry. */
export async function* placeContent({
  entry,
  content,
}: TarMember): AsyncGenerator<{ readonly position: number; readonly bytes: Uint8Array }> {
  const regions = entry.sparse ?? [{ offsetBytes: 0, lengthBytes: entry.sizeBytes }];
  let index = 0;
  let done = 0;
  for await (let bytes of content) {
    while (bytes.length > 0) {
      while (index < regions.length && done === regions[index]!.lengthBytes) {
        index++;
        done = 0;
      }
      const region = regions[index];
      if (region === undefined) throw new RangeError('more content than the entry has room for');
      const part = bytes.subarray(0, region.lengthBytes - done);
      yield { position: region.offsetBytes + done, bytes: part };
      done += part.length;
      bytes = bytes.subarray(part.length);
    }
  }
}

const ZEROS = new Uint8Array(1 << 16);

/** The content as one reads the file, its holes as zeros. */
export async function* expandContent(member: TarMember): AsyncGenerator<Uint8Array> {
  if (member.entry.sparse === undefined) {
    yield* member.content;
    return;
  }
  let at = 0;
  for await (const { position, bytes } of placeContent(member)) {
    yield* zeros(position - at);
    yield bytes;
    at = position + bytes.length;
  }
  yield* zeros(member.entry.sizeBytes - at);
}

function* zeros(count: number): Generator<Uint8Array> {
  for (let left = count; left > 0; left -= ZEROS.length) yield ZEROS.subarray(0, left);
}
