import { closeSync } from 'node:fs';
import { CLONE, type Kernel } from '@mini/contracts';
import { monitorHelperPath } from '@mini/monitor-helper';
import { BARRIER } from '../compile/barrier.js';
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
        cloneFlags: request.writeMonitorMaps === undefined ? 0 : CLONE.NEWUSER,
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
  const reaper = reap(kernel, monitor.pidfd);
  const { plan, onStdin, onBarrier, onListener, writeMonitorMaps } = request;
  const channel = openMonitorChannel(kernel, ours, {
    plan,
    onStdin,
    onListener,
    onBarrier: (id, pid) => (id === BARRIER.monitorMaps ? writeMonitorMaps?.(pid) : onBarrier?.(id, pid)),
  });
  const outlivesUs = request.detached === true || request.keep?.again !== undefined;
  const started = channel.started.then(
    (process) => {
      if (outlivesUs) reaper.letGo();
      return process;
    },
    async (error) => {
      await reaper.reaped;
      throw error;
    },
  );
  const exited = outlivesUs ? channel.exited : channel.exited.finally(() => reaper.reaped);
  // Whoever waits for the start alone must not be struck by the other promise.
  exited.catch(() => undefined);
  return { monitorPid: monitor.pid, started, exited, close: channel.close };
}

/**
 * The monitor ends right after its last message; waiting for that leaves no zombie behind a short-lived client. One that
 * was let go is reaped if this process is still there, which it does not keep alive.
 */
function reap(kernel: Kernel, pidfd: number): { readonly reaped: Promise<void>; letGo(): void } {
  let unwatch: () => void = () => undefined;
  let watch: (keepAlive: boolean) => void = () => undefined;
  const reaped = new Promise<void>((resolve) => {
    const onReadable = () => {
      if (kernel.waitPidfd(pidfd) === undefined) return;
      unwatch();
      watch = () => undefined;
      closeSync(pidfd);
      resolve();
    };
    watch = (keepAlive) => {
      unwatch();
      unwatch = kernel.watch(pidfd, onReadable, { keepAlive });
    };
  });
  watch(true);
  return { reaped, letGo: () => watch(false) };
}
