import { closeSync, constants, openSync } from 'node:fs';
import { encodeControlMessage, type Kernel } from '@mini/contracts';
import { type MonitorChannel, openMonitorChannel } from './monitor-channel.js';

/** How somebody watches a container that runs. */
export interface AttachRequest {
  /** Descriptors for the container's stdout and stderr; they stay the caller's. */
  readonly stdio: readonly [stdoutFd: number, stderrFd: number];
  /** Where the container's stdin is written, if it is open; the descriptor is the callee's. */
  readonly onStdin?: (fd: number) => void;
}

/** The monitor's socket, in the directory of its container. */
const SOCKET = 'attach';

/**
 * Connects to the monitor of the container whose directory this is: it writes the output to our descriptors itself.
 * Throws `RuntimeError` `kernel` when no monitor listens there.
 */
export function attachMonitored(kernel: Kernel, directory: string, request: AttachRequest): MonitorChannel {
  const fd = connect(kernel, directory);
  try {
    kernel.sendMessage(fd, encodeControlMessage({ kind: 'attach' }), request.stdio);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return openMonitorChannel(kernel, fd, { plan: { steps: [] }, onStdin: request.onStdin });
}

/** By a descriptor, for the path of a socket has at most 107 bytes. Source: unix(7). */
function connect(kernel: Kernel, directory: string): number {
  const directoryFd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return kernel.connectSocket(`/proc/self/fd/${directoryFd}/${SOCKET}`);
  } finally {
    closeSync(directoryFd);
  }
}
