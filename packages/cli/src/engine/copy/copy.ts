import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  decompress,
  HOLD_DIRECTORY,
  packTree,
  readTar,
  type TarEntry,
  type TarMember,
  type Unpacked,
  unpackTree,
  writeTar,
} from '@mini/image-store';
import { type Engine, openEngine } from '../engine.js';
import { recordEvent } from '../events/event-log.js';
import { type ContainerFiles, openContainerFiles } from './container-files.js';
import { copyError, explaining } from './copy-error.js';
import { rightsInContainer, rightsOnHost, withOwnIds } from './copy-rights.js';
import { nameOf, planCopy } from './copy-rules.js';
import {
  type HeldFile,
  holdSource,
  lookAtTarget,
  type OpenPath,
  openInContainer,
  openOnHost,
} from './file-places.js';
import { hollowPlaces } from './hollow-places.js';

export interface CopyOptions {
  /** Copy what a link at the end of the source leads to, instead of the link (`-L`). */
  readonly followLink?: boolean;
  /** Keep owners and groups (`-a`). */
  readonly archive?: boolean;
  readonly signal?: AbortSignal;
}

const ROOT = { uid: 0, gid: 0 } as const;

/** What was copied: files of all kinds, and bytes of their contents. */
export type CopyResult = Unpacked;

/**
 * Copies a file or a directory of this machine into a container, as `docker cp` does, or unpacks a tar stream, which may be
 * compressed with gzip or zstd, in a directory of it. Copies belong to the container's root; with `archive`, and those of a stream, to whom they say, where the
 * caller is root. The container may run, be paused, or not run. Rejects with `RuntimeError`: `copy-failed`, what
 * `unpackTree` and `readTar` of `@mini/image-store` throw, and what `findContainer` throws.
 */
export async function copyToContainer(
  reference: string,
  source: string | AsyncIterable<Uint8Array>,
  path: string,
  options: CopyOptions = {},
  engine: Engine = openEngine(),
): Promise<CopyResult> {
  const files = await openContainerFiles(engine, reference);
  try {
    const object = `to "${files.container.name}:${path}"`;
    assertWritable(files, object);
    const open = openInContainer(engine.kernel, files.rootFd);
    const target = explaining(object, () => lookAtTarget(open, path));
    const into = async (directory: string, members: AsyncIterable<TarMember>, keepsOwner: boolean) => {
      const rightsOf = (entry: TarEntry) =>
        rightsInContainer(engine, files.container, keepsOwner ? entry : ROOT);
      const result = await unpackTree(engine.kernel, files.rootFd, members, {
        directory,
        rightsOf,
        ...pickSignal(options),
      });
      recordEvent(engine, files.container, 'extract-to-dir');
      return result;
    };
    if (typeof source !== 'string') {
      if (target.kind !== 'directory') throw copyError(`failed to copy ${object}: it is no directory`);
      return await into(target.path, readTar(decompress(source)), true);
    }
    return await withSource(openOnHost, source, `"${source}"`, options, (held) => {
      const plan = explaining(object, () =>
        planCopy({ path: source, isDirectory: held.isDirectory }, target),
      );
      // Parents are not made.
      explaining(object, () => closeSync(open(plan.directory, HOLD_DIRECTORY)));
      const members = packTree(engine.kernel, held, { name: plan.name, ...pickSignal(options) });
      return into(plan.directory, members, options.archive === true);
    });
  } finally {
    await files.close();
  }
}

/**
 * Copies a file or a directory of a container to this machine, as `docker cp` does, or writes it as a tar stream, which is
 * not ended. Copies belong to the caller and have no set-user-ID; with `archive` they keep owner and all, where the caller
 * is root. Rejects like `copyToContainer`.
 */
export async function copyFromContainer(
  reference: string,
  path: string,
  destination: string | Writable,
  options: CopyOptions = {},
  engine: Engine = openEngine(),
): Promise<CopyResult> {
  const files = await openContainerFiles(engine, reference);
  try {
    const open = openInContainer(engine.kernel, files.rootFd);
    const object = `"${files.container.name}:${path}"`;
    const result = await withSource(open, path, object, options, (held) => {
      const isHollow = hollowPlaces(files.mounts, path);
      const pack = (name: string) =>
        withOwnIds(
          engine,
          files.container,
          packTree(engine.kernel, held, { name, isHollow, ...pickSignal(options) }),
        );
      if (typeof destination !== 'string') return writeStream(pack(nameOf(path)), destination);
      return unpackOnHost(engine, { path, isDirectory: held.isDirectory }, destination, pack, options);
    });
    recordEvent(engine, files.container, 'archive-path');
    return result;
  } finally {
    await files.close();
  }
}

async function unpackOnHost(
  engine: Engine,
  source: { readonly path: string; readonly isDirectory: boolean },
  destination: string,
  pack: (name: string) => AsyncIterable<TarMember>,
  options: CopyOptions,
): Promise<CopyResult> {
  const object = `to "${destination}"`;
  const rightsOf = (entry: TarEntry) => rightsOnHost(engine, entry, options.archive === true);
  const { plan, directoryFd } = explaining(object, () => {
    const planned = planCopy(source, lookAtTarget(openOnHost, destination));
    return { plan: planned, directoryFd: openOnHost(planned.directory, HOLD_DIRECTORY) };
  });
  try {
    return await unpackTree(engine.kernel, directoryFd, pack(plan.name), {
      rightsOf,
      ...pickSignal(options),
    });
  } finally {
    closeSync(directoryFd);
  }
}

async function writeStream(members: AsyncIterable<TarMember>, destination: Writable): Promise<CopyResult> {
  const count = { files: 0, bytes: 0 };
  async function* counted() {
    for await (const member of members) {
      count.files++;
      count.bytes += member.entry.sizeBytes;
      yield member;
    }
  }
  await pipeline(writeTar(counted()), destination, { end: false });
  return count;
}

async function withSource<T>(
  open: OpenPath,
  path: string,
  object: string,
  { followLink = false }: CopyOptions,
  use: (held: HeldFile) => Promise<T>,
): Promise<T> {
  const held = explaining(object, () => holdSource(open, path, followLink));
  try {
    return await use(held);
  } finally {
    held.close();
  }
}

/** A container whose root is read-only keeps that when it does not run. */
function assertWritable({ container, isRunning }: ContainerFiles, object: string): void {
  if (isRunning || container.record.spec.root?.readonly !== true) return;
  throw copyError(`failed to copy ${object}: the container's root is read-only`);
}

function pickSignal({ signal }: CopyOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
