import { closeSync, constants, openSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Kernel, reasonOf } from '@mini/contracts';
import { ociError } from '../oci-error.js';

/** sun_path of unix(7), less its NUL. */
const MAX_PATH_BYTES = 107;

/** Throws `RuntimeError` `bad-console-socket` unless there is a socket: before anything is made for a container. */
export function checkConsoleSocket(path: string): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isSocket() === true) return;
  const reason = status === undefined ? 'ENOENT no such file or directory' : 'it is not a socket';
  throw ociError('bad-console-socket', `failed to connect to the console socket "${path}": ${reason}`);
}

/** Sends a terminal's master, and closes ours: one message with one byte and one descriptor. */
export function sendConsole(kernel: Kernel, path: string, masterFd: number): void {
  try {
    const socket = connect(kernel, path);
    try {
      kernel.sendMessage(socket, new Uint8Array([0]), [masterFd]);
    } finally {
      closeSync(socket);
    }
  } catch (error) {
    throw ociError('bad-console-socket', `failed to send the terminal to "${path}": ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    closeSync(masterFd);
  }
}

function connect(kernel: Kernel, path: string): number {
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return kernel.connectSocket(path, 'stream');
  const directory = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return kernel.connectSocket(`/proc/self/fd/${directory}/${basename(path)}`, 'stream');
  } finally {
    closeSync(directory);
  }
}
