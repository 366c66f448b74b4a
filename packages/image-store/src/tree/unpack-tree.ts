import type { Kernel } from '@mini/contracts';
import type { TarEntry, TarMember } from '../tar/tar-entry.js';
import type { OverlayMarks } from './overlay-marks.js';
import { Unpacking } from './unpacking.js';
import type { FileRights } from './write-file.js';

export interface UnpackOptions {
  /** The directory below the root that entries are relative to; the root itself unless told. */
  readonly directory?: string;
  /** What each file gets; unless told they belong to who unpacks, and keep no privileges. */
  readonly rightsOf?: (entry: TarEntry) => FileRights;
  /**
   * The members are a layer of an image, to become one of an overlay: whiteouts are written as overlays know them, and an
   * entry takes the place of whatever an earlier one put there. The root is to be ours alone.
   */
  readonly marks?: OverlayMarks;
  readonly signal?: AbortSignal;
}

/** What was unpacked. */
export interface Unpacked {
  readonly files: number;
  /** Of the contents of files; holes do not count. */
  readonly bytes: number;
  /** Nothing of the layers below shows: an overlay has no mark for that on the directory that it is mounted on. */
  readonly isRootOpaque?: true;
}

/**
 * Unpacks members below a root that nobody is trusted in: each path is looked up with the root as its `/`, the last name
 * is never followed, and what stands there is replaced, not written into. Directories that are there are gone into and get
 * the entry's mode, owner and times; a directory never takes the place of anything else, nor the other way round. Throws
 * `RuntimeError` `unpack-failed`, `outside-root`, and what the members throw; what was unpacked before stays.
 */
export async function unpackTree(
  kernel: Kernel,
  rootFd: number,
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  const unpacking = new Unpacking(kernel, rootFd, options);
  try {
    for await (const member of members) await unpacking.add(member);
    await unpacking.finish();
    const { files, bytes, isRootOpaque } = unpacking;
    return { files, bytes, ...(isRootOpaque ? { isRootOpaque } : {}) };
  } finally {
    await unpacking.close();
  }
}
