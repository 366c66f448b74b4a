import { closeSync } from 'node:fs';
import { basename } from 'node:path';
import { type ExitStatus, encodePlan, type Kernel, type Plan } from '@mini/contracts';
import { initHelperPath } from '@mini/init-helper';
import { type ControlChannel, openControlChannel } from './control-channel.js';
import { silentEndError, startError } from './start-error.js';
import { type TrackedProcess, trackProcess } from './tracked-process.js';

/** How a new process joins its cgroup; from `openForLaunch` of cgroup-manager. */
export interface LaunchCgroup {
  readonly joinFds: readonly number[];
  readonly intoCgroupFd: number;
}

/** A process that joins no cgroup: it stays in its parent's. */
export const NO_CGROUP: LaunchCgroup = { joinFds: [], intoCgroupFd: -1 };

export interface StartRequest {
  readonly plan: Plan;
  /** The helper that runs the Plan, from `nsenterHelperPath()`; mini-init unless told. */
  readonly helperPath?: string;
  readonly cloneFlags: number;
  readonly stdio: readonly [stdinFd: number, stdoutFd: number, stderrFd: number];
  readonly cgroup: LaunchCgroup;
  /** Descriptors the Plan names: the first is `passedFd(0)` there. */
  readonly passFds: readonly number[];
  /** Our part at a barrier, before the Plan goes on; what it throws, or rejects with, ends the start. */
  readonly onBarrier?: (id: number, pid: number) => void | Promise<void>;
  /** The barrier at which the start is over for us: the process goes on by itself, and `started` resolves. */
  readonly lastBarrier?: number;
  /** The terminal's master; the descriptor is the callee's. */
  readonly onTerminal?: (masterFd: number) => void;
  /** The listener of the seccomp filter, before the command runs; closed afterwards. What it throws ends the start. */
  readonly onListener?: (listenerFd: number, pid: number) => void;
}

/** A process whose parent is this one. */
export interface StartedProcess {
  /** Until `started` resolves it may be that of a helper. */
  readonly pid: number;
  /** -1 once it has ended. */
  readonly pidfd: number;
  /** `false` when it has ended. */
  sendSignal(signal: number): boolean;
  /** Resolves once the command has been executed; rejects with the sentence for what failed. */
  readonly started: Promise<void>;
  /** How it ended, when it was started; never rejects. */
  readonly exited: Promise<ExitStatus>;
}

/** Starts a process as our own child. The request's descriptors stay the caller's. Throws when the launch itself fails. */
export function startProcess(kernel: Kernel, request: StartRequest): StartedProcess {
  const { plan, stdio, cgroup, helperPath = initHelperPath() } = request;
  // First, for it refuses what is too long: nothing is open yet.
  const planFd = kernel.sealBytes('plan', encodePlan(plan));
  const [ours, theirs] = kernel.socketPair();
  try {
    const launched = kernel.launch(
      {
        cloneFlags: request.cloneFlags,
        helperFd: kernel.sealExecutable(helperPath),
        stdinFd: stdio[0],
        stdoutFd: stdio[1],
        stderrFd: stdio[2],
        intoCgroupFd: cgroup.intoCgroupFd,
        joinFds: cgroup.joinFds,
        passFds: [planFd, theirs, ...request.passFds],
      },
      basename(helperPath),
    );
    const tracked = trackProcess(kernel, launched, isForking(plan));
    return Object.assign(tracked, { started: waitForStart(kernel, ours, tracked, request) });
  } catch (error) {
    closeSync(ours);
    throw launchFailure(error, plan);
  } finally {
    closeSync(planFd);
    closeSync(theirs);
  }
}

function isForking({ steps }: Plan): boolean {
  return steps.some(({ op }) => op === 'fork_into' || op === 'fork_new');
}

/** An error of `Kernel.launch` as the sentence for its stage; any other error as it is. */
export function launchFailure(error: unknown, plan: Plan): unknown {
  const { stage, errno } = (error as { context?: { stage?: never; errno?: number } }).context ?? {};
  return stage === undefined || errno === undefined ? error : startError(plan, { stage, step: 0, errno });
}

function waitForStart(
  kernel: Kernel,
  fd: number,
  tracked: TrackedProcess,
  { plan, onBarrier, lastBarrier, onTerminal, onListener }: StartRequest,
): Promise<void> {
  let mustFork = isForking(plan);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      channel.close();
      tracked.keep();
      // The helper ends at the end of its socket: nothing of a failed start runs when the caller hears of it.
      void tracked.exited.then(() => reject(error));
    };
    const answer = (part: () => void, fds: readonly number[] = []) => {
      try {
        part();
      } catch (error) {
        fail(error);
      } finally {
        fds.forEach(closeSync);
      }
    };
    const channel: ControlChannel = openControlChannel(kernel, fd, {
      onMessage(message, fds) {
        if (message.kind === 'terminal' && fds[0] !== undefined && onTerminal) return onTerminal(fds[0]);
        if (message.kind === 'forked' && fds[0] !== undefined && mustFork) {
          mustFork = false;
          return tracked.replace(message.value, fds[0]);
        }
        if (message.kind === 'seccompListener' && fds[0] !== undefined && onListener) {
          return answer(() => {
            onListener(fds[0]!, tracked.pid);
            channel.go();
          }, fds);
        }
        fds.forEach(closeSync);
        if (message.kind === 'failed') return fail(startError(plan, message));
        if (message.kind !== 'barrier') return fail(silentEndError(plan));
        const goOn = () => {
          channel.go();
          if (message.step !== lastBarrier) return;
          channel.close();
          resolve();
        };
        answer(() => {
          const part = onBarrier?.(message.step, tracked.pid);
          if (part === undefined) goOn();
          else void part.then(goOn).catch(fail);
        });
      },
      onEnd: () => (mustFork ? fail(silentEndError(plan)) : resolve()),
    });
  });
}
