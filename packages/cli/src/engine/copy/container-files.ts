import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { RuntimeError, reasonOf } from '@mini/contracts';
import { HOLD_DIRECTORY } from '@mini/image-store';
import { type MountEntry, type OpenedRoot, parseMountinfo } from '@mini/rootfs-manager';
import { removeTree } from '@mini/state-store';
import { openContainerRoot } from '../container-root.js';
import { readContainerState } from '../container-state.js';
import { type Container, findContainer, openSweptStore } from '../containers.js';
import { canMount, type Engine } from '../engine.js';

/** The files of a container as its first process sees them, or would. */
export interface ContainerFiles {
  readonly container: Container;
  readonly isRunning: boolean;
  /** The container's `/`. Paths in it are looked up with `Kernel.openInRoot`, for the container writes there. */
  readonly rootFd: number;
  /** What is mounted in it. */
  readonly mounts: readonly MountEntry[];
  close(): Promise<void>;
}

/** A container whose first process has just ended is noted as such by its monitor a moment later. */
const PAUSE_MS = 10;
const MOST_PAUSES = 200;

/**
 * The files of a container: of one that runs those of its first process, volumes and all, whether it is paused or not; of
 * any other its root, made anew while the container is locked, for an upper directory must not be mounted twice, with
 * `mounts` its volumes and binds too. Nothing of the container's is run. To be closed. Rejects with `RuntimeError`: what
 * `openContainerRoot` and `openMountedRoot` throw, `state-locked`, `no-files`.
 */
export async function openContainerFiles(
  engine: Engine,
  reference: string,
  { mounts = true }: { readonly mounts?: boolean } = {},
): Promise<ContainerFiles> {
  const { id } = findContainer(reference, engine);
  for (let pauses = 0; ; pauses++) {
    const files = openRunning(engine, id) ?? (await openStopped(engine, id, mounts));
    if (files !== undefined) return files;
    if (pauses === MOST_PAUSES) throw noFiles(findContainer(id, engine), 'its first process is ending');
    await sleep(PAUSE_MS);
  }
}

/** `undefined` when it does not run. */
function openRunning(engine: Engine, id: string): ContainerFiles | undefined {
  const container = findContainer(id, engine);
  const { state, directory } = container;
  if (state.status !== 'running') return undefined;
  const rootFd = openRootOf(container, state.pid);
  if (rootFd === undefined) return undefined;
  const mounts = parseMountinfo(readOrEmpty(`/proc/${state.pid}/mountinfo`));
  // Looked at again: the number may have become another process's before the root was opened.
  const after = readContainerState(directory);
  if (after.status !== 'running' || after.pid !== state.pid) {
    closeSync(rootFd);
    return undefined;
  }
  return { container, isRunning: true, rootFd, mounts, close: async () => closeSync(rootFd) };
}

function openRootOf(container: Container, pid: number): number | undefined {
  try {
    return openSync(`/proc/${pid}/root`, HOLD_DIRECTORY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw noFiles(container, reasonOf(error), error);
  }
}

/** `undefined` when it runs again. The lock is held until all is closed. */
async function openStopped(
  engine: Engine,
  id: string,
  hasMounts: boolean,
): Promise<ContainerFiles | undefined> {
  const lock = openSweptStore(engine).lock(id);
  try {
    const container = findContainer(id, engine);
    const { record, directory, state } = container;
    if (state.status === 'running') {
      lock.release();
      return undefined;
    }
    assertMountable(engine, container);
    const root = openContainerRoot(engine, record.root, directory);
    const closeRoot = () => {
      root.close();
      // Made for this alone: that of the container is in its record.
      if (root.extraDirectory !== undefined) removeTree(root.extraDirectory);
    };
    const mounted = await openMounts(engine, container, root, hasMounts).catch((error: unknown) => {
      closeRoot();
      throw error;
    });
    const close = async () => {
      await mounted?.close();
      closeRoot();
      lock.release();
    };
    const { rootFd, mounts } = mounted ?? { rootFd: root.fd, mounts: [] };
    return { container, isRunning: false, rootFd, mounts, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Who cannot mount sees the places of volumes as they are in the root. */
async function openMounts(engine: Engine, container: Container, root: OpenedRoot, isAsked: boolean) {
  if (!isAsked || !canMount(engine)) return undefined;
  const { openMountedRoot } = await import('./mounted-root.js');
  return await openMountedRoot(engine, container, root);
}

/** An ordinary user mounts in the container's namespaces alone, which are gone with it. */
function assertMountable(engine: Engine, container: Container): void {
  const { root } = container.record;
  if (canMount(engine) || (root.kind === 'directory' && !root.overlay)) return;
  const reason = 'it does not run, and an ordinary user cannot mount its layers';
  throw noFiles(container, reason, undefined, 'start it first');
}

function noFiles(
  { name }: Container,
  reason: string,
  cause?: unknown,
  hint?: string,
): RuntimeError<'no-files'> {
  return new RuntimeError({
    code: 'no-files',
    message: `failed to open the files of container "${name}": ${reason}`,
    cause,
    context: hint === undefined ? {} : { hint },
  });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
