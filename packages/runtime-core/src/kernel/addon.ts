import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FileBeginnings,
  type FilePath,
  isRuntimeError,
  loadAddon as loadFile,
  RuntimeError,
  reasonOf,
} from '@mini/contracts';

/** The native addon as it is: positional arguments, errors with errno and syscall. Only `native-kernel.ts` calls it. */
export interface Addon {
  launch(record: BigInt64Array, name: string): { pid: number; pidfd: number };
  sealExecutable(path: string, bytes: Uint8Array): number;
  sealBytes(name: string, bytes: Uint8Array): number;
  pipe(): [number, number];
  socketPair(): [number, number];
  receiveMessage(fd: number): { bytes: Uint8Array; fds: number[] } | undefined;
  sendMessage(fd: number, bytes: Uint8Array, fds: readonly number[]): void;
  connectSocket(path: string, isStream: boolean): number;
  listenSocket(path: string): number;
  pollReadable(fd: number, timeoutMs: number): boolean;
  openPidfd(pid: number): number;
  waitPidfd(pidfd: number): [exited: boolean, status: number] | undefined;
  sendSignal(pidfd: number, signal: number): boolean;
  mountDetached(
    fstype: string,
    options: readonly (readonly [string, (string | number)?])[],
    attributes: number,
  ): number;
  cloneTree(path: string, recursive: boolean, attributesSet: number, propagation: number): number;
  mapMountIds(mountFd: number, userNamespaceFd: number, recursive: boolean): void;
  openRouteSocket(namespaceFd: number): number;
  readFiles(directory: string, paths: readonly string[], mostBytes: number): FileBeginnings;
  openInRoot(rootFd: number, path: FilePath, flags: number): number;
  mknod(path: FilePath, mode: number, device: bigint): void;
  setXattr(place: FilePath | number, name: string, value: Uint8Array): void;
  readXattrs(fd: number): [string, Uint8Array][];
  setTimes(path: FilePath, accessedNs: bigint, modifiedNs: bigint): void;
  createFile(directoryFd: number, name: FilePath): number;
  /** An id of -1 leaves the owner. */
  finishFile(fd: number, uid: number, gid: number, mode: number, modifiedNs: bigint): void;
  makeSymlink(
    directoryFd: number,
    name: FilePath,
    target: FilePath,
    uid: number,
    gid: number,
    modifiedNs: bigint,
  ): void;
  writeFiles(records: Uint8Array): Promise<void>;
  syncFileSystem(fd: number): Promise<void>;
  lock(fd: number, operation: number): boolean;
  readClock(): bigint;
  attachDeviceProgram(groupFd: number, program: Uint8Array): void;
  startWatcher(onReadable: (key: number) => void): void;
  watch(fd: number, key: number): void;
  watchAgain(fd: number, key: number): void;
  unwatch(fd: number): void;
  holdWatcher(alive: boolean): void;
}

/** What an error thrown by the addon carries. */
export interface NativeError extends Error {
  readonly errno?: number;
  readonly syscall?: string;
  readonly stage?: number;
  readonly detail?: string;
  readonly option?: string;
  /** Of `writeFiles`: which of them. */
  readonly record?: number;
}

/** Where the addon lies: beside the compiled package, made by `nx build runtime-core`. */
export function addonPath(): string {
  return join(import.meta.dirname, '../../native/Release/mini_runtime.node');
}

/**
 * Loads the addon. Throws `RuntimeError` `addon-missing` when the file is not there, `addon-unusable` when it was
 * built for another machine or C library.
 */
export function loadAddon(path = addonPath()): Addon {
  try {
    return loadFile(path) as Addon;
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    const missing = !existsSync(path);
    throw new RuntimeError({
      code: missing ? 'addon-missing' : 'addon-unusable',
      message: `failed to load the addon "${path}": ${missing ? 'ENOENT no such file or directory' : firstLine(reasonOf(error))}`,
      cause: error,
      context: {
        hint: missing
          ? 'build it with "npx nx build runtime-core"'
          : `it was built for another machine than ${process.platform} ${process.arch}; build it here with "npx nx build runtime-core"`,
      },
    });
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
