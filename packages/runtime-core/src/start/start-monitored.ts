import { closeSync } from 'node:fs';
import type { Kernel } from '@mini/contracts';
import { monitorHelperPath } from '@mini/monitor-helper';
import { type MonitorChannel, openMonitorChannel } from './monitor-channel.js';
import { sealMonitorRecord } from './monitor-record.js';
import type { MonitoredRequest } from './monitored-request.js';
import { launchFailure } from './start-process.js';

/** A container whose parent is its monitor. */
export interface MonitoredProcess extends MonitorChannel {
  readonly monitorPid: number;
}

/** Starts a monitor that starts the container. `request.stdio` becomes the monitor's own: it writes there. */
export function startMonitored(kernel: Kernel, request: MonitoredRequest): MonitoredProcess {
  const sealed = sealMonitorRecord(kernel, request);
  const [ours, theirs] = kernel.socketPair();
  try {
    const monitor = kernel.launch(
      {
        cloneFlags: 0,
        helperFd: kernel.sealExecutable(monitorHelperPath()),
        stdinFd: request.stdio[0],
        stdoutFd: request.stdio[1],
        stderrFd: request.stdio[2],
        intoCgroupFd: -1,
        joinFds: [],
        passFds: [sealed.recordFd, theirs, ...sealed.passFds],
      },
      'mini-monitor',
    );
    return supervise(kernel, monitor, ours, request);
  } catch (error) {
    closeSync(ours);
    throw launchFailure(error, request.plan);
  } finally {
    sealed.close();
    closeSync(theirs);
  }
}

function supervise(
  kernel: Kernel,
  monitor: { readonly pid: number; readonly pidfd: number },
  ours: number,
  request: MonitoredRequest,
): MonitoredProcess {
  const reaped = reap(kernel, monitor.pidfd, request.detached !== true);
  const channel = openMonitorChannel(kernel, ours, request);
  const { again } = request.keep ?? {};
  // One that may start its container again goes on after the end that it tells of.
  const exited = (
    again === undefined ? channel.exited.finally(() => reaped.promise) : channel.exited
  ).finally(reaped.release);
  // Whoever waits for the start alone must not be struck by the other promise.
  exited.catch(() => undefined);
  const started = channel.started.catch(async (error) => {
    await reaped.promise;
    throw error;
  });
  const close = () => {
    reaped.release();
    channel.close();
  };
  return { monitorPid: monitor.pid, started, exited, close };
}

/** The monitor ends right after its last message; waiting for that leaves no zombie behind a short-lived client. */
function reap(
  kernel: Kernel,
  pidfd: number,
  keepAlive: boolean,
): { promise: Promise<void>; release(): void } {
  let release: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    let isOver = false;
    release = () => {
      if (isOver) return;
      isOver = true;
      unwatch();
      closeSync(pidfd);
      resolve();
    };
    const onReadable = () => {
      if (kernel.waitPidfd(pidfd) !== undefined) release();
    };
    const unwatch = kernel.watch(pidfd, onReadable, { keepAlive });
  });
  return { promise, release: () => release() };
}
