import { closeSync, readdirSync, readFileSync } from 'node:fs';
import type { ExitStatus, Kernel, LaunchedProcess } from '@mini/contracts';
import { withResolvers } from './with-resolvers.js';

/** A child of ours that may hand its work over to another one, which it has forked: then that is the process. */
export interface TrackedProcess {
  /** Of who it is now. */
  readonly pid: number;
  /** Of who it is now; -1 once that has ended. */
  readonly pidfd: number;
  /** How the last one ended; never rejects. */
  readonly exited: Promise<ExitStatus>;
  /** `false` when it has ended. A signal that came too early for the second process is given to it later. */
  sendSignal(signal: number): boolean;
  /** The first one has forked this one and ends. The descriptor is taken over. */
  replace(pid: number, pidfd: number): void;
  /** The first one will not fork any more. */
  keep(): void;
}

/** `forks` tells whether `replace` or `keep` is to be waited for. */
export function trackProcess(kernel: Kernel, launched: LaunchedProcess, forks: boolean): TrackedProcess {
  let { pid, pidfd } = launched;
  let pending: number | undefined;
  const next = withResolvers<ExitStatus | undefined>();
  const forget = (fd: number) => {
    if (pidfd === fd) pidfd = -1;
  };
  const first = waitForExit(kernel, pidfd, forget);
  const both = async () => {
    const status = await first;
    return (await next.promise) ?? status;
  };
  let isSettled = !forks;
  return {
    get pid() {
      return pid;
    },
    get pidfd() {
      return pidfd;
    },
    exited: forks ? both() : first,
    sendSignal(signal) {
      if (!isSettled) pending = signal;
      return pidfd < 0 ? !isSettled : kernel.sendSignal(pidfd, signal);
    },
    replace(childPid, childPidfd) {
      isSettled = true;
      pid = childPid;
      pidfd = childPidfd;
      next.resolve(waitForExit(kernel, childPidfd, forget));
      if (pending !== undefined) kernel.sendSignal(childPidfd, pending);
    },
    keep() {
      if (isSettled) return;
      isSettled = true;
      next.resolve(first.then((status) => reapOrphan(kernel, launched.pid, status)));
    },
  };
}

function waitForExit(kernel: Kernel, pidfd: number, onExit: (pidfd: number) => void): Promise<ExitStatus> {
  return new Promise((resolve) => {
    const unwatch = kernel.watch(pidfd, () => {
      const status = kernel.waitPidfd(pidfd);
      if (status === undefined) return;
      unwatch();
      onExit(pidfd);
      closeSync(pidfd);
      resolve(status);
    });
  });
}

/**
 * A helper killed between its fork and its word leaves a child of ours that nobody knows, which ends by itself. It is
 * in the group that the helper has led (its Plan begins with setsid).
 */
async function reapOrphan(kernel: Kernel, group: number, { signal }: ExitStatus): Promise<undefined> {
  if (signal === null) return;
  const orphans = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name, group));
  const ended = orphans.map((name) => waitForExit(kernel, kernel.openPidfd(Number(name)), () => undefined));
  await Promise.all(ended);
}

/** Fields 4 and 5 of /proc/PID/stat are parent and group; field 2 may hold anything but ends in the last bracket. */
function isOurs(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [, parent, pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(parent) === process.pid && Number(pgrp) === group;
  } catch {
    return false; // it has ended meanwhile
  }
}
