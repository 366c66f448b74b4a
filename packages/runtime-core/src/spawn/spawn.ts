import { type Cgroup, type CgroupLayout, createCgroup, detectCgroupLayout } from '@mini/cgroup-manager';
import type { ExitStatus, Kernel, Spec, Step } from '@mini/contracts';
import { compilePlan } from '../compile/compile-plan.js';
import { cloneFlags } from '../compile/namespaces.js';
import { nativeKernel } from '../kernel/native-kernel.js';
import { needsPrograms, writeIdMaps } from '../start/id-maps.js';
import { NO_CGROUP, type StartedProcess, startProcess } from '../start/start-process.js';
import { buildSpawnSpec, type Caller } from './build-spec.js';
import { ContainerProcess } from './container-process.js';
import { killOnAbort } from './kill-on-abort.js';
import { type OpenedStdio, openStdio } from './open-stdio.js';
import type { SpawnOptions, SpawnResult } from './spawn-options.js';
import { nameSpawnedGroup, sweepSpawnedGroups } from './spawned-groups.js';
import { validateSpawn } from './validate-spawn.js';

let layout: CgroupLayout | undefined;

/**
 * Starts `command` in a container, as child_process.spawn starts one without: the process is our own child. Returns at
 * once; `started` tells whether the command could be run. Throws `RuntimeError` for bad options, limits that cannot be
 * set, and namespaces that are denied; nothing is left behind then.
 */
export function spawn(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
  kernel: Kernel = nativeKernel(),
): ContainerProcess {
  validateSpawn(command, args, options);
  const caller = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const spec = buildSpawnSpec(command, args, options, caller);
  layout ??= openLayout();
  const cgroup = makeCgroup(layout, spec, options, caller.uid, kernel);
  let stdio: OpenedStdio | undefined;
  try {
    stdio = openStdio(kernel, options.stdio);
    const started = launch(kernel, spec, layout, cgroup, stdio, options, caller);
    return supervise(started, stdio, cgroup, options);
  } catch (error) {
    stdio?.closeAll();
    cgroup?.remove();
    throw error;
  }
}

/** The first time, what killed programs left behind is removed too. */
function openLayout(): CgroupLayout {
  const detected = detectCgroupLayout();
  sweepSpawnedGroups(detected);
  return detected;
}

/** An ordinary user has no cgroup to make one in, unless asked to try. */
function makeCgroup(
  layout: CgroupLayout,
  spec: Spec,
  { cgroup, limits }: SpawnOptions,
  uid: number,
  kernel: Kernel,
): Cgroup | undefined {
  if (cgroup === false) return undefined;
  if (uid !== 0 && cgroup === undefined && limits === undefined) return undefined;
  const path = cgroup ?? nameSpawnedGroup();
  return createCgroup(layout, path, spec.linux.resources ?? {}, { kernel });
}

function launch(
  kernel: Kernel,
  spec: Spec,
  view: CgroupLayout,
  cgroup: Cgroup | undefined,
  stdio: OpenedStdio,
  options: SpawnOptions,
  caller: Caller,
): StartedProcess {
  // Elsewhere trees are joined after the clone, and a cgroup namespace made by it would show the way to them.
  const bornInCgroup = cgroup !== undefined && view.mode === 'v2';
  const { uidMappings = [], gidMappings = [] } = spec.linux;
  const rootSteps: Step[] = [{ op: 'root_tree', source: spec.root.path, recursive: 1, origin: 'root.path' }];
  const plan = compilePlan(spec, {
    rootSteps,
    cgroup: view,
    bornInCgroup,
    ownsStdio: stdio.hasPipes && options.stdio !== 'inherit',
    reaper: options.init ?? false,
    setgroupsDenied: caller.uid !== 0 && !needsPrograms(uidMappings, gidMappings, caller),
    ...(options.seccomp === undefined ? {} : { seccomp: { program: options.seccomp } }),
  });
  const join = cgroup?.openForLaunch();
  try {
    return startProcess(kernel, {
      plan,
      cloneFlags: cloneFlags(spec, bornInCgroup),
      stdio: stdio.childFds,
      cgroup: join ?? NO_CGROUP,
      passFds: [],
      onBarrier: (_, pid) => writeIdMaps(kernel, pid, uidMappings, gidMappings, caller),
    });
  } finally {
    join?.close();
    stdio.closeChildEnds();
  }
}

function supervise(
  process: StartedProcess,
  { stdin, stdout, stderr }: OpenedStdio,
  cgroup: Cgroup | undefined,
  options: SpawnOptions,
): ContainerProcess {
  const { started, exited } = process;
  const ended = exited.then((status) => takeResult(status, cgroup));
  const result = Promise.all([started, ended]).then(([, value]) => value);
  result.catch(() => undefined);
  const child = new ContainerProcess({ process, stdin, stdout, stderr, started, exited: result });
  killOnAbort(child, ended, options);
  return child;
}

/** The count of OOM kills is read while the cgroup is still there. */
function takeResult(status: ExitStatus, cgroup: Cgroup | undefined): SpawnResult {
  const oomKilled = cgroup !== undefined && cgroup.oomKillCount() > 0;
  cgroup?.remove();
  return { ...status, oomKilled };
}
