import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import type { ExitStatus, Kernel } from '@mini/contracts';
import { type MonitoredRequest, type Pump, startMonitored, startPump } from '@mini/runtime-core';
import { forwardSignals } from '../../engine/forward-signals.js';

/** The exit code of a shell for a process that has ended. */
export function exitCodeOf({ exitCode, signal }: ExitStatus): number {
  return exitCode ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}

/** Waits for a process and passes our signals on to it meanwhile. */
export async function waitInForeground(
  exited: Promise<ExitStatus>,
  send: (signal: number) => void,
): Promise<number> {
  const stopForwarding = forwardSignals(send);
  try {
    return exitCodeOf(await exited);
  } finally {
    stopForwarding();
  }
}

/**
 * Runs a process with a terminal of its own that is shown on ours, and waits for it: a small monitor moves what is
 * written, a pump what is typed. `onStarted` is told its pid.
 */
export async function runAtTerminal(
  kernel: Kernel,
  request: Omit<MonitoredRequest, 'stdio' | 'terminal' | 'stdinOpen'>,
  onStarted: (pid: number) => void,
): Promise<number> {
  let pump: Pump | undefined;
  try {
    const { started, exited } = startMonitored(kernel, {
      ...request,
      stdio: [0, 1, 2],
      terminal: true,
      stdinOpen: true,
      onStdin: (sinkFd) => {
        pump = startPump(kernel, 0, sinkFd);
      },
    });
    exited.catch(() => undefined);
    const { pid, pidfd } = await started;
    try {
      onStarted(pid);
      return await waitInForeground(exited, (signal) => kernel.sendSignal(pidfd, signal));
    } finally {
      closeSync(pidfd);
    }
  } finally {
    pump?.stop();
  }
}
