import { posix } from 'node:path';
import { MOUNT_ATTR, type Mount, type NamespaceType, type Spec, type Step } from '@mini/contracts';
import { type CgroupView, compileCgroupMount } from './compile-cgroup-mount.js';
import { compileOverlayMount } from './compile-overlay-mount.js';
import { badSpec, type FieldProblem } from './errors.js';
import { labelSteps } from './label-steps.js';
import { type MountOptions, parseMountOptions } from './mount-options.js';
import { bindSteps, changeSteps, hostView, mountStep, withAlternative } from './steps.js';

/** What the mounts of a Spec depend on beside the Spec. */
export interface MountContext {
  /** Directory that relative sources of binds start from: the bundle. `/` when it is absent. */
  readonly baseDirectory?: string;
  /** The machine's control groups; needed by mounts of type `cgroup` only. */
  readonly cgroup?: CgroupView;
  /**
   * The container's group below the mount points. With it a container that shares the host's cgroup namespace sees its
   * own group on v1, as in one of its own, instead of the machine's.
   */
  readonly cgroupPath?: string;
  /** Numbers in the helper of the trees that `listPassedBinds` names, by the index of the mount. */
  readonly bindFds?: ReadonlyMap<number, number>;
}

/** Files of /proc that may be covered, as lxcfs does; anything else below /proc could fool who trusts /proc. */
const PROC_FILES = new Set(
  'cpuinfo diskstats meminfo stat swaps uptime loadavg slabinfo net/dev sys/kernel/ns_last_pid'
    .split(' ')
    .map((name) => `/proc/${name}`),
);

/**
 * Compiles `spec.mounts`, in their order. Each step carries its `mounts[N]`. Throws `RuntimeError` `bad-spec` that
 * names every mount that cannot be compiled. Source: OCI runtime-spec, config.md, "Mounts".
 */
export function compileMounts(spec: Spec, context: MountContext = {}): Step[] {
  const mounts = spec.mounts ?? [];
  const parsed = mounts.map((mount, index) => ({
    mount: { ...mount, destination: fromRoot(mount.destination) },
    origin: `mounts[${index}]`,
    index,
    options: parseMountOptions(mount.options ?? []),
  }));
  const problems = parsed.flatMap((each) => findProblems(each, context));
  if (problems.length > 0) throw badSpec('the mounts', problems);
  const late = new Set(listLateReadOnly(spec).map(({ index }) => index));
  const steps = parsed.flatMap(({ mount, origin, options }, index) =>
    compileMount(
      { mount, origin, index, options: late.has(index) ? withoutReadOnly(options) : options },
      spec,
      context,
    ),
  );
  return labelSteps(steps, spec.linux.mountLabel);
}

/** Since the runtime-spec 1.2 a destination may be relative, to the root. An empty one stays, to be refused. */
function fromRoot(destination: string): string {
  return destination.startsWith('/') || destination === '' ? destination : `/${destination}`;
}

/** A mount of the Spec with its options sorted. */
export interface ParsedMount {
  readonly mount: Mount;
  readonly origin: string;
  readonly index: number;
  readonly options: MountOptions;
}

/** Whether the owners of a bind are to be mapped. */
export function isIdMapped({ mount, options }: Pick<ParsedMount, 'mount' | 'options'>): boolean {
  return options.idmap || (mount.uidMappings ?? []).length > 0;
}

export function isBind({ mount, options }: Pick<ParsedMount, 'mount' | 'options'>): boolean {
  return options.bind || mount.type === 'bind' || mount.type === 'rbind';
}

function findProblems({ mount, origin, options }: ParsedMount, { cgroup }: MountContext): FieldProblem[] {
  const { destination, type, source } = mount;
  const path = posix.resolve('/', destination ?? '');
  const problems: [name: string, problem: string | false][] = [
    ['destination', path === '/' && `"${destination}" is the root itself`],
    ['destination', coversProc(path) && `"${destination}" is below "/proc"`],
  ];
  const bind = isBind({ mount, options });
  if (bind && !options.remount) problems.push(['source', !source && 'is missing, a bind needs one']);
  if (!bind && !options.remount) {
    problems.push(['type', (!type || type === 'none') && 'is missing, and no option says bind']);
  }
  if (type === 'cgroup' && !bind) {
    problems.push(['type', cgroup === undefined && '"cgroup" needs a machine with control groups']);
  }
  if (options.copyUp) problems.push(['options', type !== 'tmpfs' && '"tmpcopyup" needs the type "tmpfs"']);
  if (isIdMapped({ mount, options }))
    problems.push(['options', !bind && 'ids can be mapped for a bind alone']);
  if (options.subdirectory !== undefined) {
    problems.push(['options', !bind && 'a subdirectory is mounted by a bind alone']);
    problems.push(['options', options.subdirectory === '' && 'the subdirectory is empty']);
  }
  if (bind || options.remount) {
    const what = options.remount ? 'a remount' : 'a bind';
    for (const option of options.fsOptions) problems.push(['options', `"${option}" is no option of ${what}`]);
  }
  return problems.flatMap(([name, problem]) =>
    problem === false ? [] : [{ field: `${origin}.${name}`, problem }],
  );
}

function coversProc(path: string): boolean {
  return path.startsWith('/proc/') && !PROC_FILES.has(path);
}

function compileMount(parsed: ParsedMount, spec: Spec, context: MountContext): Step[] {
  const { mount, origin, options, index } = parsed;
  if (options.remount) return changeSteps(mount.destination, options, origin);
  if (isBind(parsed)) {
    const recursive = options.recursive || mount.type === 'rbind';
    const source = posix.resolve(context.baseDirectory ?? '/', mount.source ?? '');
    const fd = context.bindFds?.get(index);
    const bind = { source, target: mount.destination, recursive, ...(fd === undefined ? {} : { fd }) };
    return bindSteps(bind, options, origin);
  }
  if (mount.type === 'cgroup') {
    return compileCgroupMount(mount.destination, options, cgroupViewOf(spec, context), origin);
  }
  const overlay =
    mount.type === 'overlay' ? compileOverlayMount(mount.destination, options, origin) : undefined;
  if (overlay !== undefined) return overlay;
  const step = mountStep(mount, options, origin);
  if (options.copyUp) return [{ ...step, op: 'mount_copied' }];
  return [withAlternative(step, ['EPERM'], findAlternative(parsed, spec))];
}

/** A cgroup namespace hides by itself what is not the container's. */
function cgroupViewOf(spec: Spec, { cgroup, cgroupPath }: MountContext): CgroupView {
  const isShared = !spec.linux.namespaces.some(({ type }) => type === 'cgroup');
  return isShared && cgroupPath !== undefined ? { ...cgroup!, shownPath: cgroupPath } : cgroup!;
}

/**
 * In a user namespace the kernel gives a file system of a namespace only to who owns that namespace. What the host
 * has mounted shows the same then, because it is the host's namespace that the container shares.
 */
function findAlternative({ mount, origin, options }: ParsedMount, spec: Spec): Step | undefined {
  const owns = (type: NamespaceType) => spec.linux.namespaces.some((each) => each.type === type);
  const bindFrom = (source: string, tolerates: readonly string[] = []): Step => ({
    ...hostView({ source, target: mount.destination }, options, origin),
    ...(tolerates.length > 0 ? { tolerates } : {}),
  });
  if (mount.type === 'sysfs') return bindFrom('/sys');
  if (mount.type === 'proc' && !owns('pid')) return bindFrom('/proc');
  if (mount.type === 'mqueue' && !owns('ipc')) return bindFrom('/dev/mqueue', ['ENOENT']);
  return undefined;
}

/** A mount that turns read-only at the end, because something has yet to be made in it. */
export interface LateReadOnly {
  readonly index: number;
  readonly destination: string;
}

/** Read-only tmpfs mounts of the Spec that later steps make mount points or devices in. */
export function listLateReadOnly(spec: Spec): LateReadOnly[] {
  const mounts = spec.mounts ?? [];
  return mounts.flatMap((mount, index) => {
    if (mount.type !== 'tmpfs') return [];
    const options = parseMountOptions(mount.options ?? []);
    const readOnly = ((options.attributesSet | options.recursiveSet) & MOUNT_ATTR.RDONLY) !== 0;
    if (!readOnly || isBind({ mount, options })) return [];
    const path = posix.resolve('/', mount.destination);
    const holds = mounts
      .slice(index + 1)
      .some((later) => posix.resolve('/', later.destination).startsWith(`${path}/`));
    return holds || path === '/dev' ? [{ index, destination: mount.destination }] : [];
  });
}

function withoutReadOnly(options: MountOptions): MountOptions {
  return {
    ...options,
    attributesSet: options.attributesSet & ~MOUNT_ATTR.RDONLY,
    recursiveSet: options.recursiveSet & ~MOUNT_ATTR.RDONLY,
  };
}
