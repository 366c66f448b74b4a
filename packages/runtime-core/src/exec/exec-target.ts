import { closeSync, readFileSync, readlinkSync } from 'node:fs';
import { CAPABILITIES, type CapabilityName, errnoOf, type Kernel, type NamespaceType } from '@mini/contracts';
import { isAlive, readProcessStartTime } from '@mini/state-store';
import { namespaceFlag } from '../compile/namespaces.js';
import { notRunningError } from './exec-error.js';

/**
 * A process of the container to enter. A pid may have become another process's since the caller learned it; a pidfd
 * (see `Kernel.openPidfd`) cannot.
 */
export type ExecTarget = { readonly pid: number } | { readonly pidfd: number };

/** What is to be known of a container before it can be entered. */
export interface OpenedTarget {
  readonly pidfd: number;
  /** Its namespaces that are not ours, flags of setns(2). */
  readonly namespaces: number;
  /** The most its processes can have. */
  readonly boundingSet: readonly CapabilityName[];
  /** Its user namespace was made by an ordinary user, see user_namespaces(7). */
  readonly setgroupsDenied: boolean;
  /** Whether it has ended, or is past its last instruction. */
  hasEnded(): boolean;
  close(): void;
}

const NAMESPACE_FILE: Record<NamespaceType, string> = {
  pid: 'pid',
  network: 'net',
  mount: 'mnt',
  ipc: 'ipc',
  uts: 'uts',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
};

/**
 * Opens the process and reads what its container is. All of it is of one process: the pidfd is opened first, and the
 * process was still there afterwards, so its number was nobody else's. Throws `RuntimeError` `container-not-running`.
 */
export function openTarget(kernel: Kernel, target: ExecTarget): OpenedTarget {
  const pid = 'pid' in target ? target.pid : pidOf(target.pidfd);
  const pidfd = openProcess(kernel, pid);
  const isReadable = () => kernel.pollReadable(pidfd, 0);
  const hasEnded = () => isReadable() || isEnding(pid);
  try {
    const facts = {
      namespaces: readForeignNamespaces(pid),
      boundingSet: readBoundingSet(pid),
      setgroupsDenied: readFileSync(`/proc/${pid}/setgroups`, 'utf8').trim() === 'deny',
    };
    const givenHasEnded = 'pidfd' in target && kernel.pollReadable(target.pidfd, 0);
    if (isReadable() || givenHasEnded) throw notRunningError();
    return { ...facts, pidfd, hasEnded, close: () => closeSync(pidfd) };
  } catch (error) {
    const ended = hasEnded() || isGone(error);
    closeSync(pidfd);
    throw ended ? notRunningError(error) : error;
  }
}

/**
 * The first process of a PID namespace kills all others there before its pidfd tells of its end, who enters among them.
 * While the descriptor says nothing, the number is still its own.
 */
function isEnding(pid: number): boolean {
  const startTime = readProcessStartTime(pid);
  return startTime === undefined || !isAlive({ pid, startTime });
}

function openProcess(kernel: Kernel, pid: number): number {
  try {
    return kernel.openPidfd(pid);
  } catch (error) {
    const { errno } = (error as { context?: { errno?: number } }).context ?? {};
    // EINVAL: the number is not that of a process but of a thread, or none at all.
    throw errno === errnoOf('ESRCH') || errno === errnoOf('EINVAL') ? notRunningError(error) : error;
  }
}

/** The kernel tells it beside the descriptor; -1 when the process has ended. Source: pidfd_open(2). */
function pidOf(pidfd: number): number {
  const [, pid = '-1'] = /^Pid:\s*(-?\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${pidfd}`, 'utf8')) ?? [];
  if (Number(pid) <= 0) throw notRunningError();
  return Number(pid);
}

function readForeignNamespaces(pid: number): number {
  return Object.entries(NAMESPACE_FILE)
    .filter(([, file]) => readNamespace(String(pid), file) !== readNamespace('self', file))
    .reduce((flags, [type]) => flags | namespaceFlag(type as NamespaceType), 0);
}

/** Kernels are built without some; then there is one for all. */
function readNamespace(pid: string, file: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${file}`);
  } catch (error) {
    if (pid === 'self' && isGone(error)) return '';
    if (isGone(error) && readNamespace('self', file) === '') return '';
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH';
}

function readBoundingSet(pid: number): CapabilityName[] {
  const [, mask = '0'] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  const bits = BigInt(`0x${mask}`);
  return CAPABILITIES.filter((_, index) => ((bits >> BigInt(index)) & 1n) === 1n);
}
