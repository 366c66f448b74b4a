import { closeSync } from 'node:fs';
import { FileBatch, isRuntimeError, type Kernel } from '@mini/contracts';
import { explained, quoteText } from '../errors.js';
import { toFsPath } from '../tar/byte-name.js';
import type { TarEntry } from '../tar/tar-entry.js';
import { type FileRights, type Place, permissionsOf } from './write-file.js';

/** Room for some hundred files: as many as are written while the next are read. */
const BATCH_BYTES = 1 << 19;
const MOST_CONTENT_BYTES = BATCH_BYTES / 4;
/** Of a name, and what a link says: beyond, the kernel is asked and says so. */
const MOST_NAME_LENGTH = 255;
const MOST_TARGET_LENGTH = 4096;
/** Descriptors that wait for a batch: many programs may have 1024. */
const MOST_RETIRED = 64;

interface Batch {
  readonly files: FileBatch;
  /** Of the entries, in their order. */
  readonly paths: string[];
  /** Descriptors to be closed when it is written. */
  readonly retired: number[];
}

/**
 * Files and links that another thread makes while those behind them are read, in directories that are ours alone, each by
 * a name that nothing has. Two batches take turns, so that memory is bounded.
 */
export class SmallFiles {
  #filling = makeBatch();
  #other = makeBatch();
  /** Stays when it was rejected, with the sentence of what failed. */
  #writing: Promise<void> | undefined;

  constructor(readonly kernel: Kernel) {}

  /** Whether so many descriptors wait to be closed that it is time to `flush`. */
  get isCrowded(): boolean {
    return this.#filling.retired.length >= MOST_RETIRED;
  }

  /** What `isSmall` said yes to. Rejects with `RuntimeError` `unpack-failed`, also for one that was added before. */
  async add(entry: TarEntry, place: Place, rights: FileRights, content: Uint8Array): Promise<void> {
    const record = {
      type: entry.type as 'file' | 'symlink',
      directoryFd: place.directoryFd,
      name: toFsPath(place.name),
      mode: permissionsOf(entry, rights),
      owner: rights.owner,
      modifiedNs: entry.mtimeNs,
      content: entry.type === 'file' ? content : toFsPath(entry.linkPath ?? ''),
    };
    if (!this.#filling.files.add(record)) {
      await this.#turnOver();
      if (!this.#filling.files.add(record)) throw new RangeError('a file that is not small');
    }
    this.#filling.paths.push(entry.path);
  }

  /** All that was added is there when this is settled; rejects as `add` does. */
  async flush(): Promise<void> {
    if (!this.#filling.files.isEmpty) await this.#turnOver();
    await this.#writing;
    empty(this.#filling);
  }

  /** Waits for what is being written, and leaves the rest. */
  async abandon(): Promise<void> {
    await this.#writing?.catch(() => {});
    this.#writing = undefined;
    empty(this.#filling);
    empty(this.#other);
  }

  /** Closes the descriptor of a directory as soon as nothing is to be written into it any more. */
  close(fd: number): void {
    if (this.#writing === undefined && this.#filling.files.isEmpty) closeSync(fd);
    else this.#filling.retired.push(fd);
  }

  async #turnOver(): Promise<void> {
    await this.#writing;
    const batch = this.#filling;
    this.#filling = this.#other;
    this.#other = batch;
    const writing = this.#write(batch).then(() => {
      empty(batch);
      if (this.#writing === writing) this.#writing = undefined;
    });
    this.#writing = writing;
    // Whoever comes next hears of it.
    writing.catch(() => {});
  }

  async #write({ files, paths }: Batch): Promise<void> {
    try {
      await this.kernel.writeFiles(files.bytes);
    } catch (error) {
      const path = paths[isRuntimeError(error) ? Number(error.context.record) : 0];
      throw explained('unpack-failed', `unpack ${quoteText(path ?? '')}`, error);
    }
  }
}

/** Whether an entry has room among `SmallFiles`; extended attributes are not for these. */
export function isSmall({ type, sizeBytes, linkPath = '', sparse, xattrs }: TarEntry, name: string): boolean {
  if (xattrs !== undefined || sparse !== undefined || name.length > MOST_NAME_LENGTH) return false;
  if (type === 'symlink') return linkPath.length <= MOST_TARGET_LENGTH;
  return type === 'file' && sizeBytes <= MOST_CONTENT_BYTES;
}

function makeBatch(): Batch {
  return { files: new FileBatch(BATCH_BYTES), paths: [], retired: [] };
}

function empty({ files, paths, retired }: Batch): void {
  for (const fd of retired.splice(0)) closeSync(fd);
  files.clear();
  paths.length = 0;
}
