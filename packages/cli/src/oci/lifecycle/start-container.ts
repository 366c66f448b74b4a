import { unlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { isRuntimeError, type Kernel } from '@mini/contracts';
import { startCreated } from '@mini/runtime-core';
import { cgroupLayout } from '../cgroup-layout.js';
import { ociError } from '../oci-error.js';
import { hasStartSocket, lockContainer } from '../state/container-directory.js';
import type { ContainerRecord } from '../state/container-record.js';
import { readContainerSpec } from '../state/container-spec.js';
import { describeForHooks } from '../state/describe-state.js';
import type { Container } from '../state/find-container.js';
import { compileContainer } from './compile-container.js';
import { signalContainer } from './kill-container.js';
import { runHooks } from './run-hooks.js';
import { sendListener } from './seccomp-listener.js';
import { describeStartFailure } from './start-failure.js';

/** Runs the process of a created container. Rejects with what keeps it from being run. */
export async function startContainer(kernel: Kernel, { path, record, status }: Container): Promise<void> {
  if (status !== 'created') throw notCreated(record.id, status);
  const fd = connect(kernel, path, record.id);
  const plan = () => compileContainer(readContainerSpec(path), record, cgroupLayout(), true).plan;
  const onListener = (listenerFd: number) => {
    const { seccomp } = readContainerSpec(path).linux;
    const { pid } = record.process!;
    sendListener(kernel, seccomp!, listenerFd, pid, describeForHooks(record, 'created', pid));
  };
  try {
    await startCreated(kernel, fd, { plan, onListener });
  } catch (error) {
    throw describeStartFailure(error);
  }
  runPoststart(kernel, record);
}

/** A container whose `poststart` hook fails does not stay: runtime-spec 1.3, and runc all along. */
function runPoststart(kernel: Kernel, record: ContainerRecord): void {
  if (record.hooks === undefined) return;
  try {
    runHooks('poststart', record.hooks.poststart, describeForHooks(record, 'running', record.process!.pid));
  } catch (error) {
    signalContainer(kernel, record, constants.signals.SIGKILL);
    throw error;
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
