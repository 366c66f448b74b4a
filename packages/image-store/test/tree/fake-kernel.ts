import { execFileSync } from 'node:child_process';
import { lutimesSync, openSync, readlinkSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeErrno, type FilePath, type Kernel, RuntimeError } from '@mini/contracts';

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
    try {
      return openSync(place, flags);
    } catch (error) {
      const errno = -(error as { errno: number }).errno;
      const message = `failed to open "${path}" in the root: ${describeErrno(errno)}`;
      throw new RuntimeError({ code: 'kernel', message, context: { errno } });
    }
  },
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
