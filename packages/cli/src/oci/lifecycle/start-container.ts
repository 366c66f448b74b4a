import { unlinkSync } from 'node:fs';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { startCreated } from '@mini/runtime-core';
import { cgroupLayout } from '../cgroup-layout.js';
import { ociError } from '../oci-error.js';
import { hasStartSocket, lockContainer } from '../state/container-directory.js';
import { readContainerSpec } from '../state/container-spec.js';
import { describeForHooks } from '../state/describe-state.js';
import type { Container } from '../state/find-container.js';
import { compileContainer } from './compile-container.js';
import { sendListener } from './seccomp-listener.js';
import { describeStartFailure } from './start-failure.js';

/** Runs the process of a created container, but no `poststart` hooks. Rejects with what keeps it from being run. */
export async function startContainer(kernel: Kernel, { path, record, status }: Container): Promise<void> {
  if (status !== 'created') throw notCreated(record.id, status);
  const fd = connect(kernel, path, record.id);
  const plan = () => compileContainer(readContainerSpec(path), record, cgroupLayout(), true).plan;
  // "creating" until the process is the user's: so it is in the specification's example, and runc sends it.
  const onListener = (listenerFd: number) => {
    const { seccomp } = readContainerSpec(path).linux;
    const { pid } = record.process!;
    sendListener(kernel, seccomp!, listenerFd, pid, describeForHooks(record, 'creating', pid));
  };
  try {
    await startCreated(kernel, fd, { plan, onListener });
  } catch (error) {
    throw describeStartFailure(error);
  }
}

/**
 * The socket goes before the process is let go on: it is what tells a created container from a running one. One that
 * is not told to go on after all ends: a second that connected before the name is gone would end it, so of many who
 * start it one has the lock.
 */
function connect(kernel: Kernel, path: string, id: string): number {
  const directory = lockContainer(kernel, path, id);
  if (directory === undefined) throw notCreated(id, 'stopped');
  try {
    const fd = kernel.connectSocket(directory.socketPath);
    unlinkSync(directory.socketPath);
    return fd;
  } catch (error) {
    throw isRuntimeError(error) ? notCreated(id, hasStartSocket(path) ? 'stopped' : 'running') : error;
  } finally {
    directory.close();
  }
}

const REASON: Readonly<Record<string, string>> = {
  stopped: 'cannot start a container that has stopped',
  running: 'cannot start an already running container',
};

function notCreated(id: string, status: string): Error {
  const reason = REASON[status] ?? `cannot start a container in the ${status} state`;
  return ociError('container-status', `failed to start container "${id}": ${reason}`);
}
