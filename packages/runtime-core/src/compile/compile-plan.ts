import { CLONE, type Plan, type Spec, type Step } from '@mini/contracts';
import { compilePropagation, type MountContext } from '@mini/rootfs-manager';
import { BARRIER } from './barrier.js';
import { compileFiles } from './compile-files.js';
import { compileKernelSettings } from './compile-kernel-settings.js';
import { compileProcess, compileStdio, type ProcessContext } from './compile-process.js';
import { compileWorkdir, NO_WORKDIR } from './compile-workdir.js';
import { hasNewNamespace } from './namespaces.js';

/** What a Plan depends on beside the Spec. */
export interface PlanContext extends ProcessContext, MountContext {
  /** The steps that attach the container's root: from `openRoot` of rootfs-manager. */
  readonly rootSteps: readonly Step[];
  /** The process is born in its cgroup, so the clone has made the cgroup namespace already. */
  readonly bornInCgroup: boolean;
  /** Make a working directory that is missing; without, it is an error. */
  readonly makesWorkdir?: boolean;
}

/**
 * Compiles a Spec to the Plan of its first process. A pure function: no file is read, no call is made. The order of the
 * sections is the kernel's; each names its reason.
 */
export function compilePlan(spec: Spec, context: PlanContext): Plan {
  const files = compileFiles(spec, context);
  const workdir = context.makesWorkdir === true ? compileWorkdir(spec.process) : NO_WORKDIR;
  return {
    steps: [
      ...compileEntry(spec, context),
      ...context.rootSteps,
      ...files.made,
      { op: 'pivot_root', origin: 'root.path' },
      // Sysctls need a writable /proc/sys, the terminal a writable /dev: the root is closed only after both.
      ...compileKernelSettings(spec),
      ...compileStdio(spec.process, context),
      ...workdir.asRoot,
      ...files.closed,
      ...compileProcess(spec.process, context, workdir.asUser),
    ],
  };
}

/** Maps first, for without them nothing is permitted; then the helper closes itself to ptrace and /proc. */
function compileEntry(spec: Spec, { bornInCgroup }: PlanContext): Step[] {
  return [
    ...(hasNewNamespace(spec, 'user')
      ? [{ op: 'barrier', id: BARRIER.idMaps, origin: 'linux.uidMappings' } as const]
      : []),
    { op: 'dumpable', value: 0, origin: 'process' },
    ...(hasNewNamespace(spec, 'cgroup') && !bornInCgroup
      ? [{ op: 'unshare', flags: CLONE.NEWCGROUP, origin: 'linux.namespaces' } as const]
      : []),
    compilePropagation(spec),
  ];
}
