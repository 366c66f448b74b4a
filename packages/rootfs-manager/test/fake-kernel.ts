import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describeErrno, type FsOption, type Kernel, RuntimeError } from '@mini/contracts';

/** A call of the Kernel as the tests compare it: descriptors of this process are shown as the paths they hold. */
export type Call = readonly [name: string, ...args: unknown[]];

/** The error of a refused call. */
export function kernelError(object: string, errno: number): RuntimeError {
  return new RuntimeError({
    code: 'kernel',
    message: `failed to ${object}: ${describeErrno(errno)}`,
    context: { errno },
  });
}

/**
 * A Kernel without privileges: records the calls, gives back descriptors of plain directories, and opens files below
 * a root by joining paths. `refuse` makes a call fail; `mounted` is what a new mount shows.
 */
export function makeFakeKernel(refuse: (name: string, ...args: unknown[]) => void = () => {}, mounted = '/') {
  const calls: Call[] = [];
  const opened: number[] = [];
  const open = (path: string) => {
    const fd = openSync(path, constants.O_RDONLY);
    opened.push(fd);
    return fd;
  };
  const record = (name: string, ...args: unknown[]) => {
    calls.push([name, ...args]);
    refuse(name, ...args);
  };
  const kernel = {
    mountDetached(fstype: string, options: readonly FsOption[], attributes: number) {
      record('mountDetached', fstype, options.map(showOption), attributes);
      return open(mounted);
    },
    cloneTree(path: string, options: unknown) {
      record('cloneTree', show(path), options);
      return open(path);
    },
    openInRoot(rootFd: number, path: string, flags: number) {
      try {
        return openSync(join(readlinkSync(`/proc/self/fd/${rootFd}`), path), flags);
      } catch (error) {
        throw kernelError(`open "${path}" in the root`, -(error as { errno: number }).errno);
      }
    },
    mknod(path: string, mode: number, device: bigint) {
      record('mknod', path, mode, device);
    },
    setXattr(path: string, name: string, value: Uint8Array) {
      record('setXattr', path, name, new TextDecoder().decode(value));
    },
  } as unknown as Kernel;
  return { kernel, calls, closeAll: () => opened.splice(0).map((fd) => closeSync(fd)) };
}

function showOption([key, value]: FsOption): readonly unknown[] {
  if (typeof value !== 'string') return [key, value];
  return [key, value.split(':').map(show).join(':')];
}

function show(path: string): string {
  return /^\/proc\/self\/fd\/\d+$/.test(path) ? readlinkSync(path) : path;
}
