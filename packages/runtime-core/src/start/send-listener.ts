import { closeSync } from 'node:fs';
import type { Kernel, Seccomp } from '@mini/contracts';

/** What a seccomp agent is told of a container, in the words of the runtime-spec. Source: config-linux.md, "Container Process State". */
export interface ContainerProcessState {
  readonly ociVersion: string;
  /** Names of the descriptors that ride along, in their order. */
  readonly fds: readonly ['seccompFd'];
  /** Of the container's process, as the agent numbers it. */
  readonly pid: number;
  readonly metadata?: string;
  /** The state of the container, as `state` prints it. */
  readonly state: object;
}

/**
 * Sends the listener of a seccomp filter, as `onListener` of `startProcess` gives it, to the agent at `listenerPath`: one
 * connection, one message. The descriptor stays the caller's. Throws `RuntimeError` `kernel` when nobody takes it.
 */
export function sendListener(
  kernel: Kernel,
  listenerFd: number,
  { listenerPath = '', listenerMetadata }: Pick<Seccomp, 'listenerPath' | 'listenerMetadata'>,
  process: Pick<ContainerProcessState, 'ociVersion' | 'pid' | 'state'>,
): void {
  const { ociVersion, pid, state } = process;
  const message: ContainerProcessState = {
    ociVersion,
    fds: ['seccompFd'],
    pid,
    ...(listenerMetadata === undefined ? {} : { metadata: listenerMetadata }),
    state,
  };
  const socket = kernel.connectSocket(listenerPath, 'stream');
  try {
    kernel.sendMessage(socket, Buffer.from(JSON.stringify(message)), [listenerFd]);
  } finally {
    closeSync(socket);
  }
}
