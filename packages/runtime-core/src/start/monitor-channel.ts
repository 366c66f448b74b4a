import { closeSync } from 'node:fs';
import { type ControlMessage, type ExitStatus, type Kernel, type Plan, RuntimeError } from '@mini/contracts';
import { signalName } from '../kernel/native-kernel.js';
import { openControlChannel } from './control-channel.js';
import { silentEndError, startError } from './start-error.js';
import { withResolvers } from './with-resolvers.js';

/** How a monitor's container has ended. */
export interface MonitoredExit extends ExitStatus {
  /** The kernel killed a process of it for want of memory. */
  readonly oomKilled: boolean;
}

/** What a monitor tells of its container. */
export interface MonitorChannel {
  /** Resolves once the command has been executed, with its pid on this machine; rejects with what failed. */
  readonly started: Promise<{ readonly pid: number; readonly pidfd: number }>;
  /** How it ended; rejects with `monitor-lost` when the monitor ended before saying so. */
  readonly exited: Promise<MonitoredExit>;
  /** Lets the monitor go: neither promise settles after that. */
  close(): void;
}

export interface MonitorChannelRequest {
  /** Whose steps a failure names. */
  readonly plan: Plan;
  readonly onBarrier?: ((id: number, pid: number) => void | Promise<void>) | undefined;
  readonly onStdin?: ((fd: number) => void) | undefined;
  readonly onListener?: ((listenerFd: number, pid: number) => void) | undefined;
}

/** Listens to a monitor on the socket `fd`, which belongs to the channel from now on. */
export function openMonitorChannel(
  kernel: Kernel,
  fd: number,
  { plan, onBarrier, onStdin, onListener }: MonitorChannelRequest,
): MonitorChannel {
  const started = withResolvers<{ pid: number; pidfd: number }>();
  const exited = withResolvers<MonitoredExit>();
  // Whoever waits for one alone must not be struck by the other.
  exited.promise.catch(() => undefined);
  const fail = (error: unknown) => {
    channel.close();
    started.reject(error);
    exited.reject(error);
  };
  const handle: Record<ControlMessage['kind'], (message: ControlMessage, fds: readonly number[]) => void> = {
    barrier: ({ step, value }) => {
      const part = onBarrier?.(step, value);
      if (part === undefined) channel.go();
      else void part.then(channel.go).catch(fail);
    },
    failed: (message) => fail(startError(plan, message)),
    terminal: () => fail(silentEndError(plan)),
    forked: () => fail(silentEndError(plan)),
    attach: () => fail(silentEndError(plan)),
    seccompListener: ({ value }, [listenerFd]) => {
      if (listenerFd === undefined || onListener === undefined) return fail(silentEndError(plan));
      try {
        onListener(listenerFd, value);
      } finally {
        closeSync(listenerFd);
      }
      channel.go();
    },
    started: ({ value }, [pidfd = -1]) => started.resolve({ pid: value, pidfd }),
    stdin: (_, [stdinFd]) => stdinFd !== undefined && onStdin?.(stdinFd),
    exited: ({ value, step }) => {
      channel.close();
      exited.resolve({ ...decodeWaitStatus(value), oomKilled: step !== 0 });
    },
  };
  const channel = openControlChannel(kernel, fd, {
    onMessage(message, fds) {
      try {
        handle[message.kind](message, fds);
      } catch (error) {
        fail(error);
      }
    },
    onEnd: () => fail(monitorLostError()),
  });
  return { started: started.promise, exited: exited.promise, close: channel.close };
}

/** A status of waitpid(2) as `ExitStatus`. */
export function decodeWaitStatus(status: number): ExitStatus {
  const signal = status & 0x7f;
  return signal === 0
    ? { exitCode: (status >> 8) & 0xff, signal: null }
    : { exitCode: null, signal: signalName(signal) };
}

function monitorLostError(): RuntimeError<'monitor-lost'> {
  return new RuntimeError({
    code: 'monitor-lost',
    message: 'failed to wait for the container: its monitor ended, so the exit status is unknown',
  });
}
