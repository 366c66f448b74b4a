import { closeSync, fstatSync, ftruncateSync, openSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Kernel, MS, type NamespaceType, reasonOf, type Spec } from '@mini/contracts';
import { hasUsers, listPassedBinds, type PassedBind } from '@mini/rootfs-manager';
import { assignPassedFds, cloneBind, type PassedFds } from '@mini/runtime-core';
import { isInUserNamespace } from '../caller.js';
import { ociError } from '../oci-error.js';
import type { ContainerDirectory } from '../state/container-directory.js';
import type { ContainerRecord, RecordedOptions } from '../state/container-record.js';

/** What is passed to the helper for a Spec, opened. */
export interface OpenedPassed {
  /** In the order of their numbers in the helper. */
  readonly fds: readonly number[];
  /** Writes what the hooks of the container's side find on stdin. */
  writeStates(describe: (status: 'creating' | 'created') => string): void;
  /** Closes ours; what the caller has left open for the command is not. */
  close(): void;
}

export interface PassedSources {
  readonly record: ContainerRecord;
  readonly directory: ContainerDirectory;
  readonly passed: PassedFds;
  readonly preserved: readonly number[];
  /** Its process waits for its start, on a socket of the directory. */
  readonly waits: boolean;
}

/** Opens them in the order in which `numberPassed` numbers them. Throws `RuntimeError` `bad-namespace`. */
export function openPassed(
  kernel: Kernel,
  spec: Spec,
  { record, directory, passed, preserved, waits }: PassedSources,
): OpenedPassed {
  const { bundle, rootfs, options } = record;
  const opened: number[] = [];
  const open = (fd: number) => {
    opened.push(fd);
    return fd;
  };
  const close = () => opened.splice(0).forEach(closeSync);
  try {
    for (const { type, path } of spec.linux.namespaces)
      if (path !== undefined) open(openNamespace(type, path));
    if (passed.root !== undefined) open(cloneRoot(kernel, rootfs));
    for (const bind of listBinds(spec, bundle, options.clonesMounts)) open(cloneBind(kernel, bind));
    const createState = passed.createState === undefined ? -1 : open(openState(directory.path));
    const startState = passed.startState === undefined ? -1 : open(openState(directory.path));
    if (waits) open(kernel.listenSocket(directory.socketPath));
    return {
      fds: [...opened, ...preserved],
      writeStates(describe) {
        writeState(createState, describe('creating'));
        writeState(startState, describe('created'));
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** The numbers that they have in the helper: a pure function of the Spec. */
export function numberPassed(
  spec: Spec,
  bundle: string,
  waits: boolean,
  { clonesMounts, preservedFds }: RecordedOptions,
): PassedFds {
  const binds = listBinds(spec, bundle, clonesMounts).map(({ index }) => index);
  const root = clonesMounts && hasUsers(spec);
  return assignPassedFds(spec, { root, binds, waits, preservedCount: preservedFds });
}

/**
 * An ordinary user clones no mounts out here: the helper does, who has the rights for it in the user namespace. Nor does
 * who is root in a user namespace alone, and not in the mount namespace, as under `unshare -r`.
 */
export function canCloneMounts(kernel: Kernel): boolean {
  if (process.geteuid?.() !== 0) return false;
  if (!isInUserNamespace()) return true;
  try {
    closeSync(kernel.cloneTree('/', { recursive: false }));
    return true;
  } catch {
    return false;
  }
}

/** Owners can be mapped out here alone: who cannot is told so. */
function listBinds(spec: Spec, bundle: string, clonesMounts: boolean): PassedBind[] {
  return listPassedBinds(spec, bundle).filter(({ idMap }) => clonesMounts || idMap !== undefined);
}

function openNamespace(type: NamespaceType, path: string): number {
  try {
    const fd = openSync(path, 'r');
    if (type !== 'mount' || !isOurs(fd)) return fd;
    closeSync(fd);
    throw new Error("it is the machine's, and would get the container's mounts");
  } catch (error) {
    throw ociError(
      'bad-namespace',
      `failed to open the ${type} namespace "${path}" (linux.namespaces): ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

/** The mount namespace that we are in ourselves. */
function isOurs(fd: number): boolean {
  const [theirs, ours] = [fstatSync(fd), statSync('/proc/self/ns/mnt')];
  return theirs.ino === ours.ino && theirs.dev === ours.dev;
}

/** Private: what is mounted in it later must not come back to the host through a shared mount. */
function cloneRoot(kernel: Kernel, rootfs: string): number {
  try {
    return kernel.cloneTree(rootfs, { recursive: true, propagation: MS.PRIVATE });
  } catch (error) {
    throw ociError('bad-bundle', `failed to open the root "${rootfs}" (root.path): ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** A file without a name: nobody finds it but the hooks. */
function openState(directory: string): number {
  const path = join(directory, 'hook-state');
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

function writeState(fd: number, text: string): void {
  if (fd < 0) return;
  ftruncateSync(fd);
  writeSync(fd, text, 0);
}
