import { type Cgroup, createCgroup } from '@mini/cgroup-manager';
import type { Plan, Spec } from '@mini/contracts';
import { cloneFlags, compilePlan } from '@mini/runtime-core';
import { removeTree } from '@mini/state-store';
import type { Cleanup } from './cleanup.js';
import { makeMissingSources } from './container-mounts.js';
import { describeRoot, openContainerRoot } from './container-root.js';
import { type ContainerPlace, describeContainer } from './describe-container.js';
import { type Engine, isPrivileged } from './engine.js';
import { writeEtcFiles } from './etc-files.js';
import type { RunOptions } from './run-options.js';

/** Everything a container needs before anything runs in it. */
export interface PreparedContainer {
  readonly spec: Spec;
  readonly plan: Plan;
  readonly cloneFlags: number;
  /** Descriptors to pass to the init helper. */
  readonly passFds: readonly number[];
  /** Closes our descriptors of the root, once: the container keeps its own. */
  readonly closeRoot: () => void;
  /** Absent for an ordinary user, whose processes stay in the group they are in. */
  readonly cgroup: Cgroup | undefined;
  /** A directory outside of the container's own that goes with it. */
  readonly extraDirectory?: string;
}

/** Opens the root, looks the user up, sets the limits and compiles the Plan. What it makes is undone by `undo`. */
export function prepareContainer(
  engine: Engine,
  options: RunOptions,
  container: ContainerPlace,
  undo: Cleanup,
): PreparedContainer {
  const root = openContainerRoot(engine, options.root, container.directory);
  const closeRoot = once(root.close);
  undo.add(closeRoot);
  const { passFds, extraDirectory } = root;
  if (extraDirectory !== undefined) undo.add(() => removeTree(extraDirectory));
  const facts = { ...describeRoot(options.root), fd: root.fd };
  makeMissingSources(options.mounts);
  const { spec, etcFiles } = describeContainer(engine, options, container, facts);
  writeEtcFiles(etcFiles);
  const cgroup = makeCgroup(engine, spec, undo);
  const bornInCgroup = cgroup !== undefined && isBornInCgroup(engine);
  const plan = compilePlan(spec, {
    rootSteps: root.steps,
    cgroup: engine.layout,
    bornInCgroup,
    ownsStdio: true,
    reaper: options.init,
    setgroupsDenied: !isPrivileged(engine),
  });
  return {
    spec,
    plan,
    cloneFlags: cloneFlags(spec, bornInCgroup),
    passFds,
    closeRoot,
    cgroup,
    ...(extraDirectory === undefined ? {} : { extraDirectory }),
  };
}

/** On pure v2 a process is born in its group: CLONE_INTO_CGROUP. */
export function isBornInCgroup({ layout }: Engine): boolean {
  return layout.mode === 'v2';
}

function makeCgroup(engine: Engine, { linux }: Spec, undo: Cleanup): Cgroup | undefined {
  const resources = linux.resources ?? {};
  const wantsLimits = Object.values(resources).some((part) => part !== undefined);
  if (!isPrivileged(engine) && !wantsLimits) return undefined;
  const cgroup = createCgroup(engine.layout, linux.cgroupsPath ?? '/mini', resources);
  undo.add(() => cgroup.remove());
  return cgroup;
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
