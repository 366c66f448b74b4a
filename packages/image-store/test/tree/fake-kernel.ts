import { execFileSync } from 'node:child_process';
import {
  fchmodSync,
  futimesSync,
  lutimesSync,
  openSync,
  readlinkSync,
  renameSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeErrno, type FilePath, type FinishedFile, type Kernel, RuntimeError } from '@mini/contracts';

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
  syncFileSystem: async () => {},
  mknod(path: FilePath, mode: number) {
    if ((mode & 0o170000) !== 0o010000) throw new Error('only FIFOs can be made');
    const plain = join(tmpdir(), `fifo-${process.pid}`);
    execFileSync('mkfifo', ['-m', '600', plain]);
    renameSync(plain, path as string);
  },
  readXattrs: () => [],
  setTimes(path: FilePath, accessedNs: bigint, modifiedNs: bigint) {
    lutimesSync(path as string, Number(accessedNs) / 1e9, Number(modifiedNs) / 1e9);
  },
} as unknown as Kernel;

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
