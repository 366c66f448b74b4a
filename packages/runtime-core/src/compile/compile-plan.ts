import type { Plan, Spec, Step } from '@mini/contracts';
import type { MountContext } from '@mini/rootfs-manager';
import { compileEntry, type EntryContext } from './compile-entry.js';
import { compileFiles } from './compile-files.js';
import { compileHooks, compileRuntimeHooks } from './compile-hooks.js';
import { compileKernelSettings } from './compile-kernel-settings.js';
import { compileMemoryPolicy } from './compile-memory-policy.js';
import { compilePersonality } from './compile-personality.js';
import { compileProcess, compileStdio, type ProcessContext } from './compile-process.js';
import { compileWorkdir, NO_WORKDIR } from './compile-workdir.js';

/** What a Plan depends on beside the Spec. */
export interface PlanContext extends ProcessContext, MountContext, EntryContext {
  /** The steps that attach the container's root: from `openRoot` of rootfs-manager. */
  readonly rootSteps: readonly Step[];
  /** Where the host has the root: hooks find it there, with the container's mounts. */
  readonly rootPath?: string;
  /** Make a working directory that is missing; without, it is an error. */
  readonly makesWorkdir?: boolean;
  /** Change the root by chroot(2): the root of the machine cannot be moved away from. */
  readonly noPivot?: boolean;
}

/**
 * Compiles a Spec to the Plan of its first process. A pure function: no file is read, no call is made. The order of the
 * sections is the kernel's; each names its reason.
 */
export function compilePlan(spec: Spec, context: PlanContext): Plan {
  const { rootSteps, passed, noPivot = false } = context;
  const files = compileFiles(
    spec,
    passed?.binds === undefined ? context : { ...context, bindFds: passed.binds },
  );
  // Of CPUs for `exec` the first process has none (config.md, Linux process).
  const { execCPUAffinity: _, ...first } = spec.process;
  const workdir = context.makesWorkdir === true ? compileWorkdir(spec.process) : NO_WORKDIR;
  return {
    steps: [
      ...compileEntry(spec, context),
      ...rootSteps,
      ...placeRoot(spec, context),
      ...files.made,
      ...compileRuntimeHooks(spec),
      ...compileHooks(spec, 'createContainer', passed?.createState),
      { op: noPivot ? 'change_root' : 'pivot_root', origin: 'root.path' },
      // Sysctls need a writable /proc/sys, the terminal a writable /dev: the root is closed only after both.
      ...compileKernelSettings(spec),
      ...compileStdio(spec.process, context).map(tolerateForeign),
      ...workdir.asRoot,
      ...files.closed,
      ...compilePersonality(spec.linux),
      ...compileMemoryPolicy(spec.linux),
      ...compileProcess(
        first,
        { ...context, startHooks: compileHooks(spec, 'startContainer', passed?.startState) },
        workdir.asUser,
      ),
    ],
  };
}

/**
 * Hooks that run before the change of root know the root by its path alone, in the container's mount namespace: those of
 * `createContainer` are there, others enter it. Not in a namespace of others, whose host it would appear on, and not where
 * chroot(2) would leave the way out to a path below "/".
 */
function placeRoot({ hooks = {}, linux }: Spec, { rootPath = '/', noPivot = false }: PlanContext): Step[] {
  const { prestart = [], createRuntime = [], createContainer = [] } = hooks;
  const isJoined = linux.namespaces.some(({ type, path }) => type === 'mount' && path !== undefined);
  if (prestart.length + createRuntime.length + createContainer.length === 0) return [];
  if (rootPath === '/' || isJoined || noPivot) return [];
  // The way there may be closed to root of a user namespace: then it stays on top of "/".
  return [{ op: 'place_root', path: rootPath, origin: 'root.path', tolerates: ['EACCES'] }];
}

/** A pipe of the host's may belong to a user who has no name in the container's user namespace, and then stays theirs. */
function tolerateForeign(step: Step): Step {
  return step.op === 'chown_fd' ? { ...step, tolerates: ['EPERM', 'EINVAL'] } : step;
}
