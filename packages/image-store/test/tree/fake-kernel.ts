import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fchmodSync,
  futimesSync,
  lutimesSync,
  openSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeFileRecords,
  describeErrno,
  type FilePath,
  type FileRecord,
  type FinishedFile,
  type Kernel,
  RuntimeError,
} from '@mini/contracts';

/**
 * What of the Kernel is needed, without privileges: paths are joined and links followed as they are. That links do not lead
 * out is the real one's doing, and tested with it.
 */
export const kernel = {
  openInRoot(rootFd: number, path: FilePath, flags: number): number {
    const place = Buffer.concat([
      readlinkSync(`/proc/self/fd/${rootFd}`, { encoding: 'buffer' }),
      Buffer.from(path),
    ]);
    return call(`open "${path}" in the root`, () => openSync(place, flags));
  },
  createFile(directoryFd: number, name: FilePath): number {
    return call('create a file', () => openSync(placeIn(directoryFd, name), 'wx', 0o600));
  },
  finishFile(fd: number, { mode, modifiedNs }: FinishedFile) {
    fchmodSync(fd, mode);
    futimesSync(fd, Number(modifiedNs) / 1e9, Number(modifiedNs) / 1e9);
  },
  makeSymlink(
    directoryFd: number,
    name: FilePath,
    target: FilePath,
    { modifiedNs }: Omit<FinishedFile, 'mode'>,
  ) {
    const path = placeIn(directoryFd, name);
    call('make a symbolic link', () => symlinkSync(Buffer.from(target), path));
    lutimesSync(path, Number(modifiedNs) / 1e9, Number(modifiedNs) / 1e9);
  },
  async writeFiles(records: Uint8Array) {
    for (const [record, file] of decodeFileRecords(records).entries()) {
      try {
        writeOne(file);
      } catch (error) {
        const { code, message, context } = error as RuntimeError;
        throw new RuntimeError({ code, message, context: { ...context, record } });
      }
    }
  },
  syncFileSystem: async () => {},
  mknod(path: FilePath, mode: number, device: bigint) {
    // Not everybody may make what a whiteout is: a file stands for it.
    if ((mode & 0o170000) === 0o020000 && device === 0n) {
      return call('make a node', () => writeFileSync(path as string, '', { flag: 'wx', mode: 0o600 }));
    }
    if ((mode & 0o170000) !== 0o010000) throw new Error('only FIFOs can be made');
    const plain = join(tmpdir(), `fifo-${process.pid}`);
    execFileSync('mkfifo', ['-m', '600', plain]);
    renameSync(plain, path as string);
  },
  readXattrs: () => [],
  setXattr() {},
  setTimes(path: FilePath, accessedNs: bigint, modifiedNs: bigint) {
    lutimesSync(path as string, Number(accessedNs) / 1e9, Number(modifiedNs) / 1e9);
  },
} as unknown as Kernel;

function writeOne({ type, directoryFd, name, content, ...rights }: FileRecord): void {
  if (type === 'symlink') {
    kernel.makeSymlink(directoryFd, name, content, rights);
    return;
  }
  const fd = kernel.createFile(directoryFd, name);
  try {
    writeSync(fd, content as Uint8Array);
    kernel.finishFile(fd, rights);
  } finally {
    closeSync(fd);
  }
}

function placeIn(directoryFd: number, name: FilePath): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directoryFd}/`), Buffer.from(name)]);
}

/** Fails as the real one does. */
function call<T>(object: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const errno = -(error as { errno: number }).errno;
    const message = `failed to ${object}: ${describeErrno(errno)}`;
    throw new RuntimeError({ code: 'kernel', message, context: { errno } });
  }
}
