import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Kernel, reasonOf, sleepSync } from '@mini/contracts';
import { removeTree } from '@mini/state-store';
import { ociError } from '../oci-error.js';
import { checkContainerId } from './container-id.js';

const SOCKET = 'start.sock';
const LOCK_TIMEOUT_MS = 10_000;
const PAUSE_MS = 2;

/** A container's directory, held open. */
export interface ContainerDirectory {
  readonly path: string;
  readonly fd: number;
  /** Of the socket on which a created container waits: a short one, whatever the length of `path`. */
  readonly socketPath: string;
  /** Lets go of the lock too. */
  close(): void;
}

export function containerPath(root: string, id: string): string {
  checkContainerId(id);
  return join(resolve(root), id);
}

/** Whether a created container waits there to be started. */
export function hasStartSocket(path: string): boolean {
  return existsSync(join(path, SOCKET));
}

/**
 * Takes an id: of any number who ask for the same at once, one gets it, its lock held. Throws `RuntimeError`
 * `container-exists`.
 */
export function claimContainer(kernel: Kernel, root: string, id: string): ContainerDirectory {
  const path = containerPath(root, id);
  makeRoot(resolve(root));
  try {
    mkdirSync(path, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw ociError(
        'container-exists',
        `failed to create container "${id}": container with given ID already exists`,
      );
    }
    throw ociError('container-corrupt', `failed to make "${path}": ${reasonOf(error)}`, { cause: error });
  }
  return lockContainer(kernel, path, id) ?? gone(id);
}

function makeRoot(root: string): void {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw ociError('container-corrupt', `failed to make "${root}": ${reasonOf(error)}`, { cause: error });
  }
}

function gone(id: string): never {
  throw ociError('container-missing', `failed to create container "${id}": it was deleted meanwhile`);
}

/**
 * Opens a container's directory and waits until nobody else makes or removes it: the lock is that of the directory
 * itself, and the kernel takes it from whoever dies. `undefined` when it is gone.
 */
export function lockContainer(kernel: Kernel, path: string, id: string): ContainerDirectory | undefined {
  const directory = openContainer(path);
  if (directory === undefined) return undefined;
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  while (!kernel.lock(directory.fd, 'exclusive')) {
    if (Date.now() > deadline) {
      directory.close();
      throw ociError(
        'container-status',
        `failed to lock container "${id}": another process is at work with it`,
      );
    }
    sleepSync(PAUSE_MS);
  }
  if (isStillThere(directory)) return directory;
  directory.close();
  return undefined;
}

/** It may have been removed while we waited, and another one made. */
function isStillThere({ fd, path }: ContainerDirectory): boolean {
  const [held, named] = [fstatSync(fd), statSync(path, { throwIfNoEntry: false })];
  return held.ino === named?.ino && held.dev === named.dev;
}

/** The directory without the lock; `undefined` when there is none. */
function openContainer(path: string): ContainerDirectory | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
    return { path, fd, socketPath: `/proc/self/fd/${fd}/${SOCKET}`, close: () => closeSync(fd) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Removes the directory with all that is in it. */
export function removeContainerDirectory(path: string): void {
  removeTree(path);
}
