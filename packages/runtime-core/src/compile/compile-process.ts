import {
  type CapabilityName,
  capabilityMask,
  HELPER_FD,
  type Process,
  RLIMIT,
  type Step,
} from '@mini/contracts';
import { BARRIER } from './barrier.js';

/** What the process part of a Plan depends on beside the Spec. */
export interface ProcessContext {
  /** Keep a reaping PID 1 above the command. */
  readonly reaper?: boolean;
  /** The helper's stdin, stdout and stderr are pipes made for this container: its user becomes their owner. */
  readonly ownsStdio?: boolean;
  /** The terminal becomes /dev/console; it does unless told, and only the container's first process may. */
  readonly isConsole?: boolean;
  /**
   * The id maps were written by an ordinary user, who had to deny setgroups(2) first: the process keeps the groups of
   * its starter.
   */
  readonly setgroupsDenied?: boolean;
  /** A compiled seccomp filter: an array of struct sock_filter. */
  readonly seccomp?: Uint8Array;
  /** A listening socket of the helper's on which the process waits, created, for whoever starts it. */
  readonly startFd?: number;
  /** Descriptors of the helper's that the command gets as 3 and the following. */
  readonly preservedFds?: { readonly from: number; readonly count: number };
}

/** Size given to a terminal when nobody knows better; 0 leaves the kernel's. */
const UNKNOWN_SIZE = { height: 0, width: 0 };

/** The terminal, or the pipes given to the container's user. Needs devpts and a writable root. */
export function compileStdio(process: Process, context: ProcessContext): Step[] {
  const { ownsStdio = false, isConsole = true } = context;
  const { uid, gid } = process.user;
  if (process.terminal === true) {
    const { height, width } = process.consoleSize ?? UNKNOWN_SIZE;
    const size = { rows: height, columns: width };
    return [{ op: 'terminal', ...size, uid, console: Number(isConsole), origin: 'process.terminal' }];
  }
  const owned: Step[] =
    ownsStdio && (uid !== 0 || gid !== 0)
      ? [0, 1, 2].map((fd) => ({ op: 'chown_fd', fd, uid, gid, origin: 'process.user' }))
      : [];
  return [{ op: 'setsid', origin: 'process' }, ...owned];
}

/**
 * From the host's root user to the container's process. The order is the kernel's: the bounding set while CAP_SETPCAP
 * is there, the user before the final sets, the ambient set after the user, no_new_privs before an unprivileged
 * filter, and the filter last, because it may forbid any of the calls before it.
 */
export function compileProcess(process: Process, context: ProcessContext = {}): Step[] {
  const { seccomp, reaper = false, setgroupsDenied = false } = context;
  const filter: Step[] = seccomp
    ? [{ op: 'seccomp', flags: 0, program: seccomp, origin: 'linux.seccomp' }]
    : [];
  const restricted = process.noNewPrivileges === true;
  return [
    ...compileRlimits(process),
    ...compileBoundingSet(process),
    ...(restricted ? [] : filter),
    ...compileUser(process, setgroupsDenied),
    ...compileCapabilities(process),
    { op: 'umask', mask: process.user.umask ?? 0o022, origin: 'process.user.umask' },
    { op: 'chdir', path: process.cwd, origin: 'process.cwd' },
    { op: 'find_exec', file: process.args[0] ?? '', search: searchPath(process), origin: 'process.args[0]' },
    ...compileCreated(context),
    ...(restricted ? [{ op: 'no_new_privileges', origin: 'process.noNewPrivileges' } as const] : []),
    ...compilePreservedFds(context),
    ...(reaper ? [{ op: 'become_init', origin: 'init' } as const] : []),
    ...(restricted ? filter : []),
    { op: 'exec', argv: process.args, env: process.env ?? [], origin: 'process.args' },
  ];
}

/** The parent writes down that the container is created and may go; the next parent is who starts it. */
function compileCreated({ startFd }: ProcessContext): Step[] {
  if (startFd === undefined) return [];
  return [
    { op: 'barrier', id: BARRIER.created, origin: 'process' },
    { op: 'wait_start', fd: startFd, origin: 'process' },
  ];
}

function compilePreservedFds({ preservedFds }: ProcessContext): Step[] {
  return preservedFds === undefined ? [] : [{ op: 'preserve_fds', ...preservedFds, origin: 'process' }];
}

function compileRlimits({ rlimits = [] }: Process): Step[] {
  return rlimits.map(({ type, soft, hard }, index) => ({
    op: 'rlimit',
    resource: RLIMIT[type],
    soft,
    hard,
    origin: `process.rlimits[${index}]`,
  }));
}

function compileBoundingSet({ capabilities }: Process): Step[] {
  if (capabilities === undefined) return [];
  const mask = capabilityMask(capabilities.bounding ?? []);
  return [{ op: 'bounding_set', mask, origin: 'process.capabilities.bounding' }];
}

function compileUser({ user }: Process, setgroupsDenied: boolean): Step[] {
  const groups: Step = {
    op: 'groups',
    gids: user.additionalGids ?? [],
    origin: 'process.user.additionalGids',
  };
  return [
    { op: 'keep_capabilities', origin: 'process.capabilities' },
    ...(setgroupsDenied ? [] : [groups]),
    { op: 'gid', gid: user.gid, origin: 'process.user.gid' },
    { op: 'uid', uid: user.uid, origin: 'process.user.uid' },
  ];
}

function compileCapabilities({ capabilities }: Process): Step[] {
  if (capabilities === undefined) return [];
  const mask = (names: readonly CapabilityName[] = []) => capabilityMask(names);
  return [
    {
      op: 'capabilities',
      effective: mask(capabilities.effective),
      permitted: mask(capabilities.permitted),
      inheritable: mask(capabilities.inheritable),
      origin: 'process.capabilities',
    },
    { op: 'ambient_set', mask: mask(capabilities.ambient), origin: 'process.capabilities.ambient' },
  ];
}

/** The directories of the container's own PATH; the default of execvp(3) where it has none. */
function searchPath({ env = [] }: Process): string[] {
  const path = env.findLast((entry) => entry.startsWith('PATH='))?.slice('PATH='.length);
  return (path ?? '/bin:/usr/bin').split(':').map((directory) => (directory === '' ? '.' : directory));
}

/** Number of the `index`-th descriptor that a launch passes beyond the Plan and the control socket. */
export function passedFd(index: number): number {
  return HELPER_FD.first + index;
}
