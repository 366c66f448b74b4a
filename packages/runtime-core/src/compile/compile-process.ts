import {
  type Capabilities,
  type CapabilityName,
  capabilityMask,
  HELPER_FD,
  type Process,
  RLIMIT,
  type Step,
} from '@mini/contracts';
import { BARRIER } from './barrier.js';
import { compileLabels } from './compile-labels.js';
import { compileAffinity, compileScheduling } from './compile-scheduling.js';
import { compileChdir } from './compile-workdir.js';
import type { PassedFds } from './passed-fds.js';

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
  readonly seccomp?: SeccompFilter;
  /** Stay in the session keyring of who starts the container; it gets one of its own unless told. */
  readonly keepsKeyring?: boolean;
  /** What the process waits on, created, and what it keeps. */
  readonly passed?: Partial<PassedFds>;
  /** Steps that run when it is started, before the command. */
  readonly startHooks?: readonly Step[];
}

/** A compiled filter, as `compileSeccomp` of `@mini/seccomp` gives it. */
export interface SeccompFilter {
  /** An array of struct sock_filter. */
  readonly program: Uint8Array;
  /** Of seccomp(2); none unless told. */
  readonly flags?: number;
  /** Make a listener and send it to the parent. */
  readonly notifies?: boolean;
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
  return [{ op: 'setsid', origin: 'process' }, ...owned, ...(ownsStdio && isConsole ? [REOPEN_NULL] : [])];
}

/** Of an engine that wants to hear nothing: containerd's is open for reading alone. A container may have no /dev/null. */
const REOPEN_NULL: Step = {
  op: 'reopen_null',
  origin: 'process',
  tolerates: ['ENOENT', 'ENODEV', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'],
};

/**
 * From the host's root user to the container's process. The order is the kernel's: the bounding set while CAP_SETPCAP
 * is there, the user before the final sets, the ambient set after the user, no_new_privs before an unprivileged
 * filter, and the filter last, because it may forbid any of the calls before it. `asUser` is done by the new user while
 * its permitted set is still root's.
 */
export function compileProcess(
  process: Process,
  context: ProcessContext = {},
  asUser: readonly Step[] = [],
): Step[] {
  const { keepsKeyring = false, setgroupsDenied = false } = context;
  return [
    ...(keepsKeyring ? [] : [NEW_KEYRING]),
    ...compileRlimits(process),
    ...compileScheduling(process),
    ...compileAffinity(process.execCPUAffinity?.final, 'process.execCPUAffinity.final'),
    ...compileBoundingSet(process),
    ...compileUser(process, setgroupsDenied),
    ...compileChdir(process, asUser, capabilitiesToFilter(process, context)),
    ...(process.noNewPrivileges === true
      ? compileRestricted(process, context)
      : compileFree(process, context)),
    { op: 'exec', argv: process.args, env: lastOfEach(process.env ?? []), origin: 'process.args' },
  ];
}

/** Of a variable that is given twice the later counts, where getenv(3) of the container's libc might take the first. */
function lastOfEach(env: readonly string[]): string[] {
  return [...new Map(env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry])).values()];
}

/** Kernels are built without keys, a user's quota of them may be used up, and the engine that holds us may deny them. */
const NEW_KEYRING: Step = {
  op: 'session_keyring',
  origin: 'process',
  tolerates: ['ENOSYS', 'EDQUOT', 'EPERM'],
};

/** With no_new_privs anybody may load a filter. A reaping PID 1 is not held by it: it does what the command need not. */
function compileRestricted(process: Process, context: ProcessContext): Step[] {
  const { seccomp, reaper = false } = context;
  return [
    ...compileCapabilities(process),
    ...compileCommand(process),
    ...compileCreated(context),
    { op: 'no_new_privileges', origin: 'process.noNewPrivileges' },
    ...compilePreservedFds(context),
    ...(reaper ? [BECOME_INIT] : []),
    ...compileFilter(seccomp),
  ];
}

/**
 * Without it the filter takes CAP_SYS_ADMIN, which is kept for it beyond the final sets. The exec takes it away: what it
 * leaves comes from the bounding, inheritable and ambient sets alone. A reaping PID 1 executes nothing, so there the
 * filter comes before the last sets and holds for it too.
 */
function compileFree(process: Process, context: ProcessContext): Step[] {
  const { seccomp, reaper = false } = context;
  const command = [...compileCommand(process), ...compileCreated(context), ...compilePreservedFds(context)];
  if (seccomp === undefined) {
    return [...compileCapabilities(process), ...command, ...(reaper ? [BECOME_INIT] : [])];
  }
  // Root keeps its sets when the Spec names none; anybody else has none left, and needs the one.
  const { user, capabilities = user.uid === 0 ? undefined : {} } = process;
  const last = compileCapabilities({ capabilities });
  return [
    ...last.map((step) => (step.op === 'capabilities' ? keepFiltering(step) : step)),
    ...command,
    ...compileFilter(seccomp),
    ...(reaper ? [...last, BECOME_INIT] : []),
  ];
}

function keepFiltering(sets: Extract<Step, { op: 'capabilities' }>): Step {
  const withFiltering = (mask: number | bigint) => Number(BigInt(mask) | BigInt(FILTERING));
  return { ...sets, effective: withFiltering(sets.effective), permitted: withFiltering(sets.permitted) };
}

const BECOME_INIT: Step = { op: 'become_init', origin: 'init' };

/** What loading a filter takes without no_new_privs. Source: seccomp(2). */
const TO_FILTER: readonly CapabilityName[] = ['CAP_SYS_ADMIN'];
const FILTERING = capabilityMask(TO_FILTER);

/** What the steps after the change of user take beyond the final sets. */
function capabilitiesToFilter(process: Process, { seccomp }: ProcessContext): readonly CapabilityName[] {
  return seccomp === undefined || process.noNewPrivileges === true ? [] : TO_FILTER;
}

function compileFilter(filter: SeccompFilter | undefined): Step[] {
  if (filter === undefined) return [];
  const { program, flags = 0, notifies = false } = filter;
  return [{ op: notifies ? 'seccomp_listener' : 'seccomp', flags, program, origin: 'linux.seccomp' }];
}

function compileCommand(process: Process): Step[] {
  return [
    { op: 'umask', mask: (process.user.umask ?? 0o022) & 0o777, origin: 'process.user.umask' },
    ...compileLabels(process),
    { op: 'find_exec', file: process.args[0] ?? '', search: searchPath(process), origin: 'process.args[0]' },
  ];
}

/** The parent writes down that the container is created and may go; the next parent is who starts it. */
function compileCreated({ passed, startHooks = [] }: ProcessContext): Step[] {
  const fd = passed?.start;
  if (fd === undefined) return [...startHooks];
  return [
    { op: 'barrier', id: BARRIER.created, origin: 'process' },
    { op: 'wait_start', fd, origin: 'process' },
    ...startHooks,
  ];
}

function compilePreservedFds({ passed }: ProcessContext): Step[] {
  const preserved = passed?.preserved;
  return preserved === undefined ? [] : [{ op: 'preserve_fds', ...preserved, origin: 'process' }];
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

function compileCapabilities({ capabilities }: { capabilities?: Capabilities | undefined }): Step[] {
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
