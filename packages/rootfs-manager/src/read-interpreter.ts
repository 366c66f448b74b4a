import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { pathOfFd } from './open-directory.js';

/** As much as the kernel reads of a file to see how it is executed: BINPRM_BUF_SIZE. Source: execve(2). */
const FIRST_BYTES = 256;
/** O_PATH of open(2), the same number on x86-64 and arm64; Node does not name it. */
const O_PATH = 0o10000000;

/**
 * The interpreter that the script at `path` below a root names in its first line, `#!/bin/sh`; `undefined` for anything
 * else, and for what cannot be read. Nobody trusts the root: the file is looked at before it is opened.
 */
export function readInterpreter(kernel: Kernel, rootFd: number, path: string): string | undefined {
  let place: number | undefined;
  try {
    place = kernel.openInRoot(rootFd, path, O_PATH);
    return fstatSync(place).isFile() ? parseInterpreter(readFirst(pathOfFd(place))) : undefined;
  } catch {
    return undefined;
  } finally {
    if (place !== undefined) closeSync(place);
  }
}

function parseInterpreter(text: string): string | undefined {
  return /^#![ \t]*([^ \t\n\0]+)/.exec(text)?.[1];
}

function readFirst(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(FIRST_BYTES);
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } finally {
    closeSync(fd);
  }
}
