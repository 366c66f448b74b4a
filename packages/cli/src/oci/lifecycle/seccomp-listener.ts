import { closeSync, statSync } from 'node:fs';
import { type Kernel, reasonOf, type Seccomp } from '@mini/contracts';
import { ociError } from '../oci-error.js';

/** Throws `RuntimeError` `bad-seccomp-listener` where a filter needs a socket that is not there: before anything is made. */
export function checkListener({ syscalls = [], listenerPath = '' }: Seccomp = NO_FILTER): void {
  if (!syscalls.some(({ action }) => action === 'SCMP_ACT_NOTIFY')) return;
  const status = statSync(listenerPath, { throwIfNoEntry: false });
  if (status?.isSocket() === true) return;
  const reason = status === undefined ? 'ENOENT no such file or directory' : 'it is not a socket';
  throw ociError(
    'bad-seccomp-listener',
    `failed to connect to the seccomp listener "${listenerPath}" (linux.seccomp.listenerPath): ${reason}`,
  );
}

const NO_FILTER: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW' };

/**
 * Hands the listener of a filter to whoever answers for its calls, with the state of the container. The descriptor stays
 * the caller's. Throws `RuntimeError` `bad-seccomp-listener`. Source: OCI runtime-spec, config-linux.md, "The Container
 * Process State".
 */
export function sendListener(
  kernel: Kernel,
  { listenerPath = '', listenerMetadata }: Seccomp,
  listenerFd: number,
  pid: number,
  state: string,
): void {
  const document = {
    ociVersion: (JSON.parse(state) as { ociVersion: string }).ociVersion,
    fds: ['seccompFd'],
    pid,
    ...(listenerMetadata === undefined ? {} : { metadata: listenerMetadata }),
    state: JSON.parse(state),
  };
  try {
    const socket = kernel.connectSocket(listenerPath, 'stream');
    try {
      kernel.sendMessage(socket, Buffer.from(JSON.stringify(document)), [listenerFd]);
    } finally {
      closeSync(socket);
    }
  } catch (error) {
    throw ociError(
      'bad-seccomp-listener',
      `failed to send the seccomp listener to "${listenerPath}" (linux.seccomp.listenerPath): ${reasonOf(error)}`,
      { cause: error },
    );
  }
}
