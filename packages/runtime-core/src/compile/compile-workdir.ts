import { dirname } from 'node:path';
import { type CapabilityName, capabilityMask, type Process, type Step } from '@mini/contracts';

/** Steps that make a working directory which is missing. */
export interface WorkdirSteps {
  /** For the time before the root may become read-only. */
  readonly asRoot: readonly Step[];
  /** For the time after the change of user, with the capabilities still there to be raised. */
  readonly asUser: readonly Step[];
}

export const NO_WORKDIR: WorkdirSteps = { asRoot: [], asUser: [] };

/** What is there and no directory, or cannot be reached, the change to it reports. */
const LEFT_TO_CHDIR = ['ENOTDIR', 'ENOENT', 'ELOOP', 'EACCES'] as const;

/**
 * A working directory that is missing is made, as docker has it, and belongs to the container's user; its parents belong
 * to root. The user makes it itself: a directory that is given away afterwards could have been exchanged for another.
 * `neededLater` stays permitted beside the final set: what the steps between these and the command take.
 */
export function compileWorkdir(
  { cwd, user, capabilities }: Process,
  neededLater: readonly CapabilityName[] = [],
): WorkdirSteps {
  if (cwd === '/') return NO_WORKDIR;
  // Without sets to restore nothing may be raised: then it is root's.
  if (user.uid === 0 || capabilities === undefined) return { asRoot: [makeDirectory(cwd)], asUser: [] };
  const parent = dirname(cwd);
  const permitted: CapabilityName[] = ['CAP_DAC_OVERRIDE', ...neededLater, ...(capabilities.permitted ?? [])];
  const raise: Step = {
    op: 'capabilities',
    effective: capabilityMask(['CAP_DAC_OVERRIDE']),
    permitted: capabilityMask(permitted),
    inheritable: capabilityMask(capabilities.inheritable ?? []),
    origin: 'process.cwd',
    tolerates: ['EPERM'],
  };
  return {
    asRoot: parent === '/' ? [] : [makeDirectory(parent)],
    asUser: [raise, makeDirectory(cwd)],
  };
}

function makeDirectory(path: string): Step {
  return { op: 'mkdir', path, mode: 0o755, origin: 'process.cwd', tolerates: [...LEFT_TO_CHDIR] };
}
