import { type Cgroup, createCgroup } from '@mini/cgroup-manager';
import type { Plan, Spec } from '@mini/contracts';
import type { OpenedRoot } from '@mini/rootfs-manager';
import { cloneFlags, compilePlan, type EntryContext } from '@mini/runtime-core';
import type { Cleanup } from './cleanup.js';
import type { ContainerRecord } from './container-record.js';
import { compileFilter } from './container-seccomp.js';
import { type Engine, isPrivileged } from './engine.js';
import { hasOneGroup } from './id-maps.js';
import type { RootWithBinds } from './passed-binds.js';

/** What a launch needs beside the root. */
export interface PreparedLaunch {
  readonly plan: Plan;
  readonly cloneFlags: number;
  /** On pure v2: the clone puts the process into its group. */
  readonly bornInCgroup: boolean;
  /** Absent for an ordinary user, whose processes stay in the group they are in. */
  readonly cgroup: Cgroup | undefined;
}

/** What attaches a root, and the trees that are passed beside it. */
type RootSteps = Pick<OpenedRoot, 'steps'> & Partial<Pick<RootWithBinds, 'bindFds'>>;

/** Makes the cgroup with its limits and compiles the Plan. What it makes is undone by `undo`. */
export function prepareLaunch(
  engine: Engine,
  { spec, init }: Pick<ContainerRecord, 'spec' | 'init'>,
  root: RootSteps,
  bornInUsers: boolean,
  undo: Cleanup,
): PreparedLaunch {
  const cgroup = makeCgroup(engine, spec, undo);
  const bornInCgroup = cgroup !== undefined && isBornInCgroup(engine);
  const plan = compileContainerPlan(engine, { spec, init }, root, {
    bornInCgroup,
    bornInUsers,
    awaitsNote: cgroup === undefined,
  });
  return { plan, cloneFlags: cloneFlags(spec, bornInCgroup, bornInUsers), cgroup, bornInCgroup };
}

/** The Plan of a container's first process. Throws what compiling its filter throws. */
export function compileContainerPlan(
  engine: Engine,
  { spec, init }: Pick<ContainerRecord, 'spec' | 'init'>,
  { steps, bindFds }: RootSteps,
  born: Pick<EntryContext, 'bornInCgroup' | 'bornInUsers' | 'awaitsNote'>,
): Plan {
  return compilePlan(spec, {
    rootSteps: steps,
    ...(bindFds === undefined ? {} : { bindFds }),
    cgroup: engine.layout,
    ...born,
    ownsStdio: true,
    makesWorkdir: true,
    reaper: init,
    setgroupsDenied: hasOneGroup(engine, spec.linux.gidMappings),
    ...compileFilter(engine, spec.linux.seccomp),
  });
}

/** On pure v2 a process is born in its group: CLONE_INTO_CGROUP. */
export function isBornInCgroup({ layout }: Engine): boolean {
  return layout.mode === 'v2';
}

/** Processes of an ordinary user stay in the group they are in, unless limits are asked for. */
export function hasCgroup(engine: Engine, { linux }: Spec): boolean {
  return isPrivileged(engine) || Object.values(linux.resources ?? {}).some((part) => part !== undefined);
}

function makeCgroup(engine: Engine, spec: Spec, undo: Cleanup): Cgroup | undefined {
  if (!hasCgroup(engine, spec)) return undefined;
  const { cgroupsPath = '/mini', resources = {} } = spec.linux;
  const cgroup = createCgroup(engine.layout, cgroupsPath, resources, { kernel: engine.kernel });
  // A start may fail when its command runs already: the monitor was killed.
  undo.add(() => cgroup.destroy());
  return cgroup;
}
