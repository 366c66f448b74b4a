import type { LaunchRecord } from './wire.js';

/** A process just launched. */
export interface LaunchedProcess {
  /** In the launcher's PID namespace. */
  readonly pid: number;
  /** Close-on-exec descriptor of the process, see pidfd_open(2). */
  readonly pidfd: number;
}

/** How a process ended. Exactly one member is not null. Source: waitid(2). */
export interface ExitStatus {
  /** 0 to 255. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A datagram of a control socket. `bytes` is empty at its end. */
export interface ReceivedMessage {
  readonly bytes: Uint8Array;
  readonly fds: readonly number[];
}

/** One key of fsconfig(2): `['lowerdir+', '/a']`, a flag has no value: `['ro']`, a descriptor is a number. */
export type FsOption = readonly [key: string, value?: string | number];

/** A path as text, or as bytes where it is not UTF-8. */
export type FilePath = string | Uint8Array;

/** What `readFiles` found, in the order that it was asked for. */
export interface FileBeginnings {
  /** The beginnings, one after the other. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` each of them ends. */
  readonly ends: Uint32Array;
  /** Of each whole file, in bytes; below 0 the errno of what could not be read, EINVAL for what is no regular file. */
  readonly sizes: Float64Array;
}

/** What a file is given when its content is there. */
export interface FinishedFile {
  /** Absent: it stays whose it is. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** 0 to 0o7777. */
  readonly mode: number;
  /** Of the Unix clock, for both times. */
  readonly modifiedNs: bigint;
}

/** A small regular file, or a symbolic link, that is to be made where nothing stands. */
export interface FileRecord extends FinishedFile {
  readonly type: 'file' | 'symlink';
  /** Of the directory that it is to be in, open until it is made. */
  readonly directoryFd: number;
  /** One name: no slash, not `.` or `..`. */
  readonly name: FilePath;
  /** Of a link, what it says. */
  readonly content: FilePath;
}

/** SOCK_SEQPACKET, mini's own kind and the default, or SOCK_STREAM, that of others. Source: unix(7). */
export type SocketType = 'seqpacket' | 'stream';

/**
 * What TypeScript asks of Linux that Node cannot do: the surface of the native addon, and what the tests record.
 * Every method throws `RuntimeError` with code `kernel`, `context.errno` and `context.syscall` when a call fails;
 * descriptors it returns are close-on-exec and the caller's to close.
 */
export interface Kernel {
  /** Starts a helper in new namespaces: the one launch site. `context.stage` of its error tells what failed. */
  launch(record: LaunchRecord, name: string): LaunchedProcess;
  /** The executable at `path` in a descriptor that nobody can write, kept for the life of the process. */
  sealExecutable(path: string): number;
  /** An anonymous file with these bytes, sealed against any change. See memfd_create(2). */
  sealBytes(name: string, bytes: Uint8Array): number;
  pipe(): [readEnd: number, writeEnd: number];
  /** A pair of connected SOCK_SEQPACKET sockets. */
  socketPair(): [ours: number, theirs: number];
  /** Never blocks: `undefined` when nothing is there yet. */
  receiveMessage(fd: number): ReceivedMessage | undefined;
  /** At most 16 descriptors travel with the bytes; ours stay open. */
  sendMessage(fd: number, bytes: Uint8Array, fds?: readonly number[]): void;
  /** Connects to a listening socket in the file system; the path has at most 107 bytes, see unix(7). */
  connectSocket(path: string, type?: SocketType): number;
  /** A SOCK_SEQPACKET socket that listens at `path`, which must not exist; for its owner alone. */
  listenSocket(path: string): number;
  /** Calls back each time `fd` is readable, until the returned function is called. Keeps the process alive, unless told not to. */
  watch(fd: number, onReadable: () => void, options?: { keepAlive?: boolean }): () => void;
  /** Waits until `fd` is readable or the time is over; blocks the calling thread. For the start path only. */
  pollReadable(fd: number, timeoutMs: number): boolean;
  openPidfd(pid: number): number;
  /** Takes the exit status of our own child; `undefined` while it runs. */
  waitPidfd(pidfd: number): ExitStatus | undefined;
  /** `false` when the process has ended already. */
  sendSignal(pidfd: number, signal: number): boolean;
  /** A new file system as a detached mount: fsopen(2), fsconfig(2), fsmount(2). */
  mountDetached(fstype: string, options: readonly FsOption[], attributes: number): number;
  /** A copy of the mount tree at `path` as a detached mount: open_tree(2), then mount_setattr(2) where asked. */
  cloneTree(
    path: string,
    options: { recursive: boolean; attributesSet?: number; propagation?: number },
  ): number;
  /** Shows the owners of a detached mount through the id maps of a user namespace: mount_setattr(2), MOUNT_ATTR_IDMAP. */
  mapMountIds(mountFd: number, userNamespaceFd: number, recursive: boolean): void;
  /** A socket to rtnetlink(7) of our network namespace, or of the one that a descriptor holds. */
  openRouteSocket(namespaceFd?: number): number;
  /** Opens `path` below the directory `rootFd`, never leaving it: openat2(2) with RESOLVE_IN_ROOT. */
  openInRoot(rootFd: number, path: FilePath, flags: number): number;
  /**
   * Reads the first `mostBytes` of regular files at paths below a directory, by one call for all of them. A link is not
   * followed where it is the last name. Fails only where the directory cannot be opened.
   */
  readFiles(directory: string, paths: readonly string[], mostBytes: number): FileBeginnings;
  /** A node at a path of the host: mknod(2), `mode` with its type; the umask applies. Device 0 is an overlay's whiteout. */
  mknod(path: FilePath, mode: number, device: bigint): void;
  /** Sets an extended attribute of an open file, or of what is at a path, a link at its end not followed: fsetxattr(2). */
  setXattr(place: FilePath | number, name: string, value: Uint8Array): void;
  /** All extended attributes of what a descriptor holds, also one of O_PATH: listxattr(2), getxattr(2). */
  readXattrs(fd: number): [name: string, value: Uint8Array][];
  /** Sets times in nanoseconds of the Unix clock, a link at the end of `path` not followed: utimensat(2). */
  setTimes(path: FilePath, accessedNs: bigint, modifiedNs: bigint): void;
  /**
   * A new regular file in a directory that is held, for its owner alone, open for writing: openat(2) with O_EXCL, so that
   * nothing that stands there is followed or written into.
   */
  createFile(directoryFd: number, name: FilePath): number;
  /** Owner, mode and times of an open file, in this order, for a change of the first takes privileges away: fchown(2), fchmod(2), futimens(3). */
  finishFile(fd: number, rights: FinishedFile): void;
  /** A symbolic link in a directory that is held, whatever it says: symlinkat(2), fchownat(2), utimensat(2). */
  makeSymlink(
    directoryFd: number,
    name: FilePath,
    target: FilePath,
    rights: Omit<FinishedFile, 'mode'>,
  ): void;
  /**
   * Makes files with their content, owners, modes and times, in their order, on another thread: openat(2) with O_EXCL,
   * write(2), fchown(2), fchmod(2) and futimens(3), or symlinkat(2), fchownat(2) and utimensat(2). Others who may enter the
   * directory can open them before they are whole. `records` is the bytes of a `FileBatch`, the caller's again once this is
   * settled. The first that fails ends it: `context.record` counts from 0 which one, of that one nothing is left, of those
   * behind nothing is begun.
   */
  writeFiles(records: Uint8Array): Promise<void>;
  /** Waits, on another thread, until the file system that holds an open file has all of it on the disk: syncfs(2). */
  syncFileSystem(fd: number): Promise<void>;
  /**
   * Attaches a program of BPF_PROG_TYPE_CGROUP_DEVICE, an array of struct bpf_insn, to the cgroup v2 directory `groupFd`, in
   * place of the one that it has. Needs CAP_BPF, see bpf(2).
   */
  attachDeviceProgram(groupFd: number, program: Uint8Array): void;
  /** flock(2), never blocking: `false` when another holds it. */
  lock(fd: number, mode: 'shared' | 'exclusive' | 'unlock'): boolean;
  /** Nanoseconds of the Unix clock, which Node gives in milliseconds: clock_gettime(2), CLOCK_REALTIME. */
  readClock(): bigint;
}
