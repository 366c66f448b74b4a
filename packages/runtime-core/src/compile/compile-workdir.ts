import { dirname } from 'node:path';
import { type CapabilityName, capabilityMask, type Process, type Step } from '@mini/contracts';

/** Steps that make a working directory which is missing. */
export interface WorkdirSteps {
  /** For the time before the root may become read-only. */
  readonly asRoot: readonly Step[];
  /** For the time after the change of user: of `compileChdir`. */
  readonly asUser: readonly Step[];
}

export const NO_WORKDIR: WorkdirSteps = { asRoot: [], asUser: [] };

/** What is there and no directory, or cannot be reached, the change to it reports. */
const LEFT_TO_CHDIR = ['ENOTDIR', 'ENOENT', 'ELOOP', 'EACCES'] as const;

/**
 * A working directory that is missing is made, as docker has it, and belongs to the container's user; its parents belong
 * to root. The user makes it itself: a directory that is given away afterwards could have been exchanged for another.
 */
export function compileWorkdir({ cwd, user, capabilities }: Process): WorkdirSteps {
  if (cwd === '/') return NO_WORKDIR;
  // Where nothing is raised it is root's.
  if (user.uid === 0 || capabilities === undefined) return { asRoot: [makeDirectory(cwd)], asUser: [] };
  const parent = dirname(cwd);
  return {
    asRoot: parent === '/' ? [] : [makeDirectory(parent)],
    asUser: [makeDirectory(cwd)],
  };
}

/**
 * The change to the working directory, which `asUser` may make first, by a process that has its user, but not yet its last
 * sets: as under runc and crun it may start where its user could not go.
 */
export function compileChdir(
  process: Process,
  asUser: readonly Step[],
  neededLater: readonly CapabilityName[] = [],
): Step[] {
  const change: Step = { op: 'chdir', path: process.cwd, origin: 'process.cwd' };
  return [...raiseForWorkdir(process, neededLater), ...asUser, change];
}

/**
 * The rights over directories, until the process gets its own sets; with what these are made of, and what is
 * `neededLater`, by steps before the command. Root has them still. Without sets nothing may be raised that nobody lowers again.
 */
function raiseForWorkdir({ user, capabilities }: Process, neededLater: readonly CapabilityName[]): Step[] {
  if (user.uid === 0 || capabilities === undefined) return [];
  const permitted: CapabilityName[] = ['CAP_DAC_OVERRIDE', ...neededLater, ...(capabilities.permitted ?? [])];
  return [
    {
      op: 'capabilities',
      effective: capabilityMask(['CAP_DAC_OVERRIDE']),
      permitted: capabilityMask(permitted),
      inheritable: capabilityMask(capabilities.inheritable ?? []),
      origin: 'process.cwd',
      tolerates: ['EPERM'],
    },
  ];
}

function makeDirectory(path: string): Step {
  return { op: 'mkdir', path, mode: 0o755, origin: 'process.cwd', tolerates: [...LEFT_TO_CHDIR] };
}
