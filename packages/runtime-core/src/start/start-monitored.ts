import { closeSync } from 'node:fs';
import {
  type ControlMessage,
  type ExitStatus,
  encodeMonitorRecord,
  encodePlan,
  HELPER_FD,
  type Kernel,
  type MonitorRecord,
  RuntimeError,
} from '@mini/contracts';
import { initHelperPath } from '@mini/init-helper';
import { monitorHelperPath } from '@mini/monitor-helper';
import { signalName } from '../kernel/native-kernel.js';
import { openControlChannel } from './control-channel.js';
import { silentEndError, startError } from './start-error.js';
import { launchFailure, type StartRequest } from './start-process.js';
import { withResolvers } from './with-resolvers.js';

export interface MonitoredRequest extends Omit<StartRequest, 'onTerminal'> {
  /** The Plan opens a terminal. */
  readonly terminal: boolean;
  /** Keep stdin open: `onStdin` is called with the descriptor that leads to it. */
  readonly stdinOpen: boolean;
  /** Where the container's stdin is written; the descriptor is the callee's. */
  readonly onStdin?: (fd: number) => void;
  /** What outlives this process; nothing unless told. */
  readonly keep?: KeepRequest;
}

/** What the monitor keeps of a container. */
export interface KeepRequest {
  /** Let this process go once the command runs; `exited` never settles then. */
  readonly detached: boolean;
  /** Descriptor of the container's directory, for `status` and the log. */
  readonly directoryFd: number;
  /** `undefined` keeps no log. */
  readonly log: { readonly maxBytes: number; readonly maxFiles: number } | undefined;
  /** An open file that counts OOM kills, or -1. */
  readonly oomFd: number;
}

const KEEP_NOTHING: KeepRequest = { detached: false, directoryFd: -1, log: undefined, oomFd: -1 };

/** A container whose parent is its monitor. */
export interface MonitoredProcess {
  readonly monitorPid: number;
  /** Resolves once the command has been executed, with its pid on this machine; rejects with what failed. */
  readonly started: Promise<{ readonly pid: number; readonly pidfd: number }>;
  /** How it ended; rejects with `monitor-lost` when the monitor ended before saying so. */
  readonly exited: Promise<ExitStatus>;
}

/** Starts a monitor that starts the container. `request.stdio` becomes the monitor's own: it writes there. */
export function startMonitored(kernel: Kernel, request: MonitoredRequest): MonitoredProcess {
  // First, for it refuses what is too long: nothing is open yet.
  const planFd = kernel.sealBytes('plan', encodePlan(request.plan));
  const [ours, theirs] = kernel.socketPair();
  const helperFd = kernel.sealExecutable(request.helperPath ?? initHelperPath());
  const { record, passFds } = compileMonitorRecord(request, helperFd, planFd);
  const recordFd = kernel.sealBytes('monitor-record', encodeMonitorRecord(record));
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
        passFds: [recordFd, theirs, ...passFds],
      },
      'mini-monitor',
    );
    const reaped = reap(kernel, monitor.pidfd);
    const { started, exited } = listen(kernel, ours, request);
    const ended = exited.finally(() => reaped);
    // Whoever waits for the start alone must not be struck by the other promise.
    ended.catch(() => undefined);
    const begun = started.catch(async (error) => {
      await reaped;
      throw error;
    });
    return { monitorPid: monitor.pid, started: begun, exited: ended };
  } catch (error) {
    closeSync(ours);
    throw launchFailure(error, request.plan);
  } finally {
    closeSync(recordFd);
    closeSync(planFd);
    closeSync(theirs);
  }
}

/** The record with the numbers that the descriptors have in the monitor, and the descriptors in that order. */
export function compileMonitorRecord(
  request: MonitoredRequest,
  helperFd: number,
  planFd: number,
): { record: MonitorRecord; passFds: readonly number[] } {
  const { cgroup, cloneFlags, terminal, stdinOpen, keep = KEEP_NOTHING } = request;
  const passFds: number[] = [];
  const pass = (fd: number) => (fd < 0 ? -1 : HELPER_FD.first + passFds.push(fd) - 1);
  const record: MonitorRecord = {
    terminal,
    stdinOpen,
    detached: keep.detached,
    directoryFd: pass(keep.directoryFd),
    logMaxBytes: keep.log?.maxBytes ?? -1,
    logMaxFiles: keep.log?.maxFiles ?? 1,
    oomFd: pass(keep.oomFd),
    launch: {
      cloneFlags,
      helperFd: pass(helperFd),
      // stdio and the control socket are made by the monitor.
      stdinFd: -1,
      stdoutFd: -1,
      stderrFd: -1,
      intoCgroupFd: pass(cgroup.intoCgroupFd),
      joinFds: cgroup.joinFds.map(pass),
      passFds: [pass(planFd), -1, ...request.passFds.map(pass)],
    },
  };
  return { record, passFds };
}

function listen(kernel: Kernel, fd: number, request: MonitoredRequest) {
  const started = withResolvers<{ pid: number; pidfd: number }>();
  const exited = withResolvers<ExitStatus>();
  const fail = (error: unknown) => {
    channel.close();
    started.reject(error);
    exited.reject(error);
  };
  const handle: Record<ControlMessage['kind'], (message: ControlMessage, fds: readonly number[]) => void> = {
    barrier: ({ step, value }) => {
      request.onBarrier?.(step, value);
      channel.go();
    },
    failed: (message) => fail(startError(request.plan, message)),
    terminal: () => fail(silentEndError(request.plan)),
    forked: () => fail(silentEndError(request.plan)),
    started: ({ value }, [pidfd = -1]) => started.resolve({ pid: value, pidfd }),
    stdin: (_, [stdinFd]) => stdinFd !== undefined && request.onStdin?.(stdinFd),
    exited: ({ value }) => {
      channel.close();
      exited.resolve(decodeWaitStatus(value));
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
  return { started: started.promise, exited: exited.promise };
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

/** The monitor ends right after its last message; waiting for that leaves no zombie behind a short-lived client. */
function reap(kernel: Kernel, pidfd: number): Promise<void> {
  return new Promise((resolve) => {
    const unwatch = kernel.watch(pidfd, () => {
      if (kernel.waitPidfd(pidfd) === undefined) return;
      unwatch();
      closeSync(pidfd);
      resolve();
    });
  });
}
