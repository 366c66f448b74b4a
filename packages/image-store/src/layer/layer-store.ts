import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type Kernel, reasonOf } from '@mini/contracts';
import { removeTree, syncDirectory } from '@mini/state-store';
import type { Descriptor } from '../document/descriptor.js';
import { hexOf } from '../document/digest.js';
import { ImageProblem } from '../document/image-problem.js';
import { imageStoreError } from '../errors.js';
import type { StoreDirectories } from '../store/store-directories.js';
import { storing } from '../store/store-errors.js';
import { waitForLock } from '../store/wait-for-lock.js';
import { readTar } from '../tar/read-tar.js';
import type { TarEntry } from '../tar/tar-entry.js';
import type { OverlayMarks } from '../tree/overlay-marks.js';
import { HOLD_DIRECTORY } from '../tree/place.js';
import { unpackTree } from '../tree/unpack-tree.js';
import type { FileRights } from '../tree/write-file.js';
import { Counter, Digester } from './byte-taps.js';
import { decompress } from './decompress.js';
import { DEFAULT_LIMITS, type LayerLimits, limitBytes, limitMembers } from './layer-limits.js';
import { layerPaths } from './layer-paths.js';

/** What is known of an unpacked layer. */
export interface LayerAbout {
  /** Of the contents of its files. */
  readonly bytes: number;
  readonly files: number;
  /** Of its tar archive, uncompressed. */
  readonly tarBytes: number;
}

export interface AddLayerOptions {
  readonly limits?: Partial<LayerLimits>;
  /** The blob that the bytes come from, where there is one: a large one is digested on a thread of its own. */
  readonly blob?: Pick<Descriptor, 'digest' | 'size'>;
  readonly signal?: AbortSignal;
}

type UnpackLayerOptions = AddLayerOptions & { readonly limits: LayerLimits };

/** Whose the files of layers are: as the layers say, or all of who unpacks them. */
export type LayerOwners = 'kept' | 'unpacker';

/** Unpacked layers by their diff ids: whatever lies below one, it is unpacked once and every image shares it. */
export class LayerStore {
  constructor(
    readonly kernel: Kernel,
    readonly directories: StoreDirectories,
    readonly marks: OverlayMarks,
    readonly owners: LayerOwners,
  ) {}

  has(diffId: string): boolean {
    return existsSync(this.#paths(diffId).tree);
  }

  about(diffId: string): LayerAbout {
    return storing(`read the layer "${diffId}"`, () =>
      JSON.parse(readFileSync(this.#paths(diffId).about, 'utf8')),
    );
  }

  /** The digits of all that are there. */
  list(): string[] {
    return readdirSync(this.directories.layers).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  /**
   * Unpacks a layer unless it is there; while another process does, this waits for it. `openSource` gives its bytes,
   * compressed or not. Rejects with `ImageProblem` when they are not those of the diff id, with `RuntimeError` for a hostile or
   * broken archive; nothing is then kept.
   */
  async add(
    diffId: string,
    openSource: () => AsyncIterable<Uint8Array>,
    { limits = {}, ...options }: AddLayerOptions = {},
  ): Promise<LayerAbout> {
    const { lock: lockPath, tree } = this.#paths(diffId);
    const lock = await waitForLock(
      this.kernel,
      lockPath,
      'exclusive',
      () => existsSync(tree),
      options.signal,
    );
    if (lock === undefined) return this.about(diffId);
    try {
      if (existsSync(tree)) return this.about(diffId);
      return await this.#unpack(diffId, openSource(), {
        ...options,
        limits: { ...DEFAULT_LIMITS, ...limits },
      });
    } finally {
      rmSync(lockPath, { force: true });
      lock.release();
    }
  }

  /** To be called by who holds the store alone. Whatever is half removed goes on being removed by the next call. */
  remove(diffId: string): void {
    const { directory, trash } = this.#paths(diffId);
    storing(`remove the layer "${diffId}"`, () => {
      if (existsSync(directory)) renameSync(directory, trash);
      removeTree(trash);
    });
  }

  async #unpack(
    diffId: string,
    source: AsyncIterable<Uint8Array>,
    options: UnpackLayerOptions,
  ): Promise<LayerAbout> {
    const { draft, directory } = this.#paths(diffId);
    const root = `${draft}/tree`;
    try {
      storing(`make the layer "${diffId}"`, () => {
        removeTree(draft);
        mkdirSync(root, { recursive: true, mode: 0o755 });
      });
      const { isRootOpaque, ...about } = await this.#unpackInto(root, diffId, source, options);
      storing(`store the layer "${diffId}"`, () => {
        writeFileSync(`${draft}/about.json`, JSON.stringify(about));
        if (isRootOpaque) writeFileSync(`${draft}/opaque`, '');
      });
      await this.#sync(diffId, draft);
      storing(`store the layer "${diffId}"`, () => {
        renameSync(draft, directory);
        syncDirectory(this.directories.layers);
      });
      return about;
    } catch (error) {
      removeTree(draft);
      throw error;
    }
  }

  /** A layer whose name survives a loss of power is to have all its files: one call for all, where each would cost a commit. */
  async #sync(diffId: string, draft: string): Promise<void> {
    const fd = openSync(draft, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      await this.kernel.syncFileSystem(fd);
    } catch (error) {
      // The Kernel's sentences end with the reason.
      const reason = reasonOf(error).replace(/^.*: (?=E[A-Z0-9]+ )/s, '');
      throw imageStoreError('store-io', `failed to store the layer "${diffId}": ${reason}`, { cause: error });
    } finally {
      closeSync(fd);
    }
  }

  async #unpackInto(
    root: string,
    diffId: string,
    source: AsyncIterable<Uint8Array>,
    { limits, blob, signal }: UnpackLayerOptions,
  ) {
    const counter = new Counter(source);
    const plain = limitBytes(decompress(counter), limits, () => counter.bytes);
    // What is not compressed has been digested as a blob.
    const isVerified = blob?.digest === diffId;
    const digester = isVerified ? undefined : new Digester(plain, blob?.size);
    const tar = digester ?? new Counter(plain);
    const members = limitMembers(readTar(tar), limits);
    const rootFd = openSync(root, HOLD_DIRECTORY);
    try {
      const rightsOf = this.owners === 'kept' ? ownRights : userRights;
      const options = { rightsOf, marks: this.marks, ...(signal === undefined ? {} : { signal }) };
      const unpacked = await unpackTree(this.kernel, rootFd, members, options);
      const found = await digester?.digest();
      if (found !== undefined && found !== diffId)
        throw new ImageProblem(`the layer "${diffId}" is another one: its diff id is "${found}"`);
      return { ...unpacked, tarBytes: tar.bytes };
    } finally {
      closeSync(rootFd);
      await digester?.close();
    }
  }

  #paths(diffId: string) {
    return layerPaths(this.directories.layers, hexOf(diffId));
  }
}

function ownRights({ uid, gid }: TarEntry): FileRights {
  return { owner: { uid, gid }, keepPrivileges: true };
}

/** One user's files all: what they may do, they may do for that user. */
function userRights(): FileRights {
  return { keepPrivileges: true };
}
