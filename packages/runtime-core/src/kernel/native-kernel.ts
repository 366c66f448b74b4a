import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import {
  describeErrno,
  type ErrorContext,
  type ExitStatus,
  encodeLaunchRecord,
  type FileBeginnings,
  type FilePath,
  type FinishedFile,
  type FsOption,
  type Kernel,
  type LaunchRecord,
  RuntimeError,
  type SocketType,
  STAGES,
} from '@mini/contracts';
import { type Addon, loadAddon, type NativeError } from './addon.js';

/** Operations of flock(2). */
const LOCK = { shared: 1, exclusive: 2, unlock: 8 } as const;

/** To chown(2), "leave it". */
const SAME_OWNER = { uid: -1, gid: -1 } as const;

const { EACCES } = constants.errno;

/** Source: memfd_create(2), MFD_EXEC. */
const NO_EXECUTION =
  'vm.memfd_noexec forbids to execute what lies in memory, and this program has no other place: set it below 2, or use mini from npm';

let kernel: NativeKernel | undefined;

/** The kernel this process runs on; the addon is loaded at the first call. Throws what `loadAddon` throws. */
export function nativeKernel(): Kernel {
  kernel ??= new NativeKernel(loadAddon());
  return kernel;
}

/** `Kernel` over the native addon. */
export class NativeKernel implements Kernel {
  readonly #addon: Addon;
  readonly #sealed = new Map<string, number>();
  readonly #watched = new Map<number, { fd: number; onReadable: () => void; keepAlive: boolean }>();
  /** How many watched descriptors keep the process alive. */
  #held = 0;
  #nextKey = 1;
  #watcherStarted = false;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  launch(record: LaunchRecord, name: string) {
    // First: a process that nobody could wait for must not be started.
    this.#startWatcher();
    return call(() => this.#addon.launch(encodeLaunchRecord(record), name), `start "${name}"`);
  }

  sealExecutable(path: string): number {
    const known = this.#sealed.get(path);
    if (known !== undefined) return known;
    const fd = call(() => this.#addon.sealExecutable(path, readFileSync(path)), `seal "${path}"`);
    this.#sealed.set(path, fd);
    return fd;
  }

  sealBytes(name: string, bytes: Uint8Array): number {
    return call(() => this.#addon.sealBytes(name, bytes), `seal "${name}"`);
  }

  pipe(): [number, number] {
    return call(() => this.#addon.pipe(), 'make a pipe');
  }

  socketPair(): [number, number] {
    return call(() => this.#addon.socketPair(), 'make a socket pair');
  }

  receiveMessage(fd: number) {
    return call(() => this.#addon.receiveMessage(fd), 'receive a message');
  }

  sendMessage(fd: number, bytes: Uint8Array, fds: readonly number[] = []): void {
    call(() => this.#addon.sendMessage(fd, bytes, fds), 'send a message');
  }

  connectSocket(path: string, type: SocketType = 'seqpacket'): number {
    return call(() => this.#addon.connectSocket(path, type === 'stream'), `connect to "${path}"`);
  }

  listenSocket(path: string): number {
    return call(() => this.#addon.listenSocket(path), `listen on "${path}"`);
  }

  watch(fd: number, onReadable: () => void, { keepAlive = true }: { keepAlive?: boolean } = {}): () => void {
    this.#startWatcher();
    const key = this.#nextKey++;
    call(() => this.#addon.watch(fd, key), 'watch a descriptor');
    this.#watched.set(key, { fd, onReadable, keepAlive });
    if (keepAlive) this.#hold(1);
    return () => this.#unwatch(key);
  }

  #startWatcher(): void {
    if (this.#watcherStarted) return;
    call(() => this.#addon.startWatcher((key) => this.#dispatch(key)), 'start the watcher');
    this.#watcherStarted = true;
  }

  pollReadable(fd: number, timeoutMs: number): boolean {
    return call(() => this.#addon.pollReadable(fd, timeoutMs), 'poll a descriptor');
  }

  openPidfd(pid: number): number {
    return call(() => this.#addon.openPidfd(pid), `open the process ${pid}`);
  }

  waitPidfd(pidfd: number): ExitStatus | undefined {
    const status = call(() => this.#addon.waitPidfd(pidfd), 'wait for a process');
    if (status === undefined) return undefined;
    const [exited, value] = status;
    return exited ? { exitCode: value, signal: null } : { exitCode: null, signal: signalName(value) };
  }

  sendSignal(pidfd: number, signal: number): boolean {
    return call(() => this.#addon.sendSignal(pidfd, signal), `send signal ${signal}`);
  }

  mountDetached(fstype: string, options: readonly FsOption[], attributes: number): number {
    return call(() => this.#addon.mountDetached(fstype, options, attributes), `mount "${fstype}"`);
  }

  cloneTree(
    path: string,
    {
      recursive,
      attributesSet = 0,
      propagation = 0,
    }: { recursive: boolean; attributesSet?: number; propagation?: number },
  ): number {
    return call(
      () => this.#addon.cloneTree(path, recursive, attributesSet, propagation),
      `clone the mounts at "${path}"`,
    );
  }

  mapMountIds(mountFd: number, userNamespaceFd: number, recursive: boolean): void {
    call(() => this.#addon.mapMountIds(mountFd, userNamespaceFd, recursive), 'map the owners of a mount');
  }

  openRouteSocket(namespaceFd?: number): number {
    return call(() => this.#addon.openRouteSocket(namespaceFd ?? -1), 'open a socket to rtnetlink');
  }

  openInRoot(rootFd: number, path: FilePath, flags: number): number {
    return call(() => this.#addon.openInRoot(rootFd, path, flags), `open "${show(path)}" in the root`);
  }

  readFiles(directory: string, paths: readonly string[], mostBytes: number): FileBeginnings {
    return call(() => this.#addon.readFiles(directory, paths, mostBytes), `open "${directory}"`);
  }

  mknod(path: FilePath, mode: number, device: bigint): void {
    call(() => this.#addon.mknod(path, mode, device), `make the node "${show(path)}"`);
  }

  setXattr(place: FilePath | number, name: string, value: Uint8Array): void {
    const object = typeof place === 'number' ? 'a file' : `"${show(place)}"`;
    call(() => this.#addon.setXattr(place, name, value), `set "${name}" of ${object}`);
  }

  readXattrs(fd: number): [string, Uint8Array][] {
    return call(() => this.#addon.readXattrs(fd), 'read the extended attributes of a file');
  }

  setTimes(path: FilePath, accessedNs: bigint, modifiedNs: bigint): void {
    call(() => this.#addon.setTimes(path, accessedNs, modifiedNs), `set the times of "${show(path)}"`);
  }

  createFile(directoryFd: number, name: FilePath): number {
    return call(() => this.#addon.createFile(directoryFd, name), 'create a file');
  }

  finishFile(fd: number, { owner = SAME_OWNER, mode, modifiedNs }: FinishedFile): void {
    call(() => this.#addon.finishFile(fd, owner.uid, owner.gid, mode, modifiedNs), 'finish a file');
  }

  makeSymlink(
    directoryFd: number,
    name: FilePath,
    target: FilePath,
    { owner = SAME_OWNER, modifiedNs }: Omit<FinishedFile, 'mode'>,
  ): void {
    call(
      () => this.#addon.makeSymlink(directoryFd, name, target, owner.uid, owner.gid, modifiedNs),
      'make a symbolic link',
    );
  }

  async writeFiles(records: Uint8Array): Promise<void> {
    await settle(this.#addon.writeFiles(records), 'write files');
  }

  async syncFileSystem(fd: number): Promise<void> {
    await settle(this.#addon.syncFileSystem(fd), 'sync a file system');
  }

  attachDeviceProgram(groupFd: number, program: Uint8Array): void {
    call(() => this.#addon.attachDeviceProgram(groupFd, program), 'attach a device program');
  }

  lock(fd: number, mode: keyof typeof LOCK): boolean {
    return call(() => this.#addon.lock(fd, LOCK[mode]), 'lock a file');
  }

  readClock(): bigint {
    return this.#addon.readClock();
  }

  #dispatch(key: number): void {
    this.#watched.get(key)?.onReadable();
    const watched = this.#watched.get(key);
    if (watched !== undefined) this.#addon.watchAgain(watched.fd, key);
  }

  #unwatch(key: number): void {
    const watched = this.#watched.get(key);
    if (watched === undefined) return;
    this.#watched.delete(key);
    this.#addon.unwatch(watched.fd);
    if (watched.keepAlive) this.#hold(-1);
  }

  #hold(change: 1 | -1): void {
    const before = this.#held;
    this.#held += change;
    if (before === 0 || this.#held === 0) this.#addon.holdWatcher(this.#held > 0);
  }
}

/** The name of a signal by its number, `SIGKILL` for 9; real-time signals are `SIGRTMIN+n`, as kill(1) writes them. */
export function signalName(number: number): NodeJS.Signals {
  const entry = Object.entries(constants.signals).find(([, value]) => value === number);
  return (entry?.[0] ?? `SIGRTMIN+${number - 34}`) as NodeJS.Signals;
}

/** A path within a message. */
function show(path: FilePath): string {
  return typeof path === 'string' ? path : new TextDecoder().decode(path);
}

function call<T>(operation: () => T, object: string): T {
  try {
    return operation();
  } catch (error) {
    throw toRuntimeError(error as NativeError, object);
  }
}

async function settle<T>(operation: Promise<T>, object: string): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw toRuntimeError(error as NativeError, object);
  }
}

function toRuntimeError(error: NativeError, object: string): Error {
  if (error.errno === undefined) return error;
  const { syscall, stage, detail, option, record } = error;
  // JavaScript's own file calls give it negative.
  const errno = Math.abs(error.errno);
  const reason = `${describeErrno(errno)}${detail ? ` (${detail})` : ''}`;
  const context: ErrorContext = {
    errno,
    ...(syscall === undefined ? {} : { syscall }),
    ...(stage === undefined ? {} : { stage: STAGES[stage] }),
    ...(option ? { option } : {}),
    ...(record === undefined ? {} : { record }),
    ...(errno === EACCES && syscall === 'memfd_create' ? { hint: NO_EXECUTION } : {}),
  };
  return new RuntimeError({
    code: 'kernel',
    message: `failed to ${object}: ${reason}`,
    cause: error,
    context,
  });
}
