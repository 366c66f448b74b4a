import { type CgroupFiles, kernelFiles } from './cgroup-files.js';
import { errnoNameOf, isDenied, wrapError } from './errors.js';
import type { FormerLimits } from './former-limits.js';

/** One value for one control file. */
export interface CgroupWrite {
  /** The controller whose tree holds the file, by the kernel's name. */
  readonly controller: string;
  readonly version: 1 | 2;
  readonly file: string;
  readonly value: string;
  /** The member of the OCI Spec that the value comes from. */
  readonly field: string;
  /** Another file with the same meaning on kernels that lack `file`. */
  readonly orElse?: { readonly file: string; readonly value: string };
  /** A kernel without the file discards the limit, and we say so, instead of failing. */
  readonly optional?: true;
}

/** Finds the group's directory in the tree that a write is for. */
export type DirectoryOf = (write: CgroupWrite) => string;

interface OpenFile {
  readonly path: string;
  readonly fd: number;
}

/** Applies writes in their order; consecutive values for one file share a descriptor (device rules: a dozen). */
class Writer {
  #open: OpenFile | undefined;
  readonly #files: CgroupFiles;
  readonly #former: FormerLimits | undefined;

  constructor(files: CgroupFiles, former: FormerLimits | undefined) {
    this.#files = files;
    this.#former = former;
  }

  write(path: string, value: string): void {
    if (this.#open?.path !== path) {
      this.close();
      this.#former?.keep(path);
      this.#open = { path, fd: this.#files.openForWriting(path) };
    }
    this.#files.write(this.#open.fd, value);
  }

  close(): void {
    if (this.#open !== undefined) this.#files.close(this.#open.fd);
    this.#open = undefined;
  }
}

function applyOne(writer: Writer, directory: string, write: CgroupWrite): string | undefined {
  const attempts = write.orElse === undefined ? [write] : [write, write.orElse];
  for (const { file, value } of attempts) {
    try {
      writer.write(`${directory}/${file}`, value);
      return undefined;
    } catch (error) {
      if (errnoNameOf(error) === 'ENOENT' && (file !== attempts.at(-1)?.file || write.optional)) continue;
      throw wrapError('cgroup-write', `failed to set "${file}" to "${value}" (${write.field})`, error, {
        field: write.field,
        path: `${directory}/${file}`,
        ...(isDenied(error) &&
          write.controller === 'cpuset' && { hint: 'the parent group may have fewer of them' }),
      });
    }
  }
  return `${write.field} was discarded: this kernel has no "${write.file}"`;
}

/**
 * Writes limits and returns what had to be discarded. Throws `RuntimeError` with code `cgroup-write`, file, value and
 * field in its message, at the first value that the kernel refuses. `former` is told of every file before it is written.
 */
export function applyWrites(
  directoryOf: DirectoryOf,
  writes: readonly CgroupWrite[],
  files: CgroupFiles = kernelFiles,
  former?: FormerLimits,
): string[] {
  const writer = new Writer(files, former);
  try {
    return writes.flatMap((write) => applyOne(writer, directoryOf(write), write) ?? []);
  } finally {
    writer.close();
  }
}
