import { unlinkSync } from 'node:fs';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { startCreated } from '@mini/runtime-core';
import { ociError } from '../oci-error.js';
import { openContainer } from '../state/container-directory.js';
import type { Container } from '../state/find-container.js';
import { assignFds, compileContainer } from './compile-container.js';
import { describeStartFailure } from './start-failure.js';

/** Runs the process of a created container. Rejects with what keeps it from being run. */
export async function startContainer(kernel: Kernel, { path, record, status }: Container): Promise<void> {
  if (status !== 'created') throw notCreated(record.id, status);
  const fd = connect(kernel, path, record.id);
  const plan = () =>
    compileContainer(record, detectCgroupLayout(), assignFds(true, record.options.preservedFds));
  try {
    await startCreated(kernel, fd, plan);
  } catch (error) {
    throw describeStartFailure(error);
  }
}

/**
 * The socket goes before the process is let go on: it is what tells a created container from a running one. One that
 * is not told to go on after all ends.
 */
function connect(kernel: Kernel, path: string, id: string): number {
  const directory = openContainer(path);
  if (directory === undefined) throw notCreated(id, 'stopped');
  try {
    const fd = kernel.connectSocket(directory.socketPath);
    unlinkSync(directory.socketPath);
    return fd;
  } catch (error) {
    throw isRuntimeError(error) ? notCreated(id, 'running') : error;
  } finally {
    directory.close();
  }
}

const REASON: Readonly<Record<string, string>> = {
  stopped: 'cannot start a container that has stopped',
  running: 'cannot start an already running container',
  paused: 'cannot start an already running container',
};

function notCreated(id: string, status: string): Error {
  const reason = REASON[status] ?? `cannot start a container in the ${status} state`;
  return ociError('container-status', `failed to start container "${id}": ${reason}`);
}
