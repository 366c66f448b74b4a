import { MOUNT_ATTR, MS, type Spec, type Step } from '@mini/contracts';
import { listLateReadOnly } from './compile-mounts.js';
import { badSpec } from './errors.js';
import { change } from './steps.js';

/** Hidden in every container: what tells of the host's hardware, memory, keys and load. */
export const DEFAULT_MASKED_PATHS: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
];

/** Readable but not writable in every container: they would change the host. */
export const DEFAULT_READONLY_PATHS: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];

/** Directory whose entries `listThrottlePaths` wants. */
export const CPU_DIRECTORY = '/sys/devices/system/cpu';

/**
 * `thermal_throttle` of each processor, to be masked too: the counters tell of what else the machine does.
 * `entries` are the names in `CPU_DIRECTORY`.
 */
export function listThrottlePaths(entries: readonly string[]): string[] {
  return entries
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${CPU_DIRECTORY}/${name}/thermal_throttle`);
}

/** Hides `spec.linux.maskedPaths`. What the kernel does not have needs no hiding. */
export function compileMaskedPaths(spec: Spec): Step[] {
  const paths = spec.linux.maskedPaths ?? [];
  checkPaths('maskedPaths', paths);
  return paths.map((path, index) => ({
    op: 'mask',
    path,
    origin: `linux.maskedPaths[${index}]`,
    tolerates: ['ENOENT', 'ENOTDIR'],
  }));
}

/** Makes `spec.linux.readonlyPaths` read-only: after the sysctls, which are written below /proc/sys. */
export function compileReadonlyPaths(spec: Spec): Step[] {
  const paths = spec.linux.readonlyPaths ?? [];
  checkPaths('readonlyPaths', paths);
  return paths.map((path, index) => ({
    op: 'read_only',
    path,
    origin: `linux.readonlyPaths[${index}]`,
    tolerates: ['ENOENT', 'ENOTDIR'],
  }));
}

/**
 * What is done to the mounts when nothing more is made or written in them: masked paths, read-only paths, the
 * tmpfs mounts that had to be writable until now, and the root itself.
 */
export function compileFinalMounts(spec: Spec): Step[] {
  const late = listLateReadOnly(spec).map(({ index, destination }) =>
    change(destination, MOUNT_ATTR.RDONLY, 0, 0, 0, `mounts[${index}]`),
  );
  const readOnly = spec.root.readonly ? [change('/', MOUNT_ATTR.RDONLY, 0, 0, 0, 'root.readonly')] : [];
  return [
    ...compileMaskedPaths(spec),
    ...compileReadonlyPaths(spec),
    ...late,
    ...readOnly,
    ...rootPropagation(spec),
  ];
}

const PROPAGATION = {
  private: MS.PRIVATE,
  slave: MS.SLAVE,
  shared: MS.SHARED,
  unbindable: MS.UNBINDABLE,
} as const;

/** `rslave` ▶ slave, of all mounts below the root too. */
function readPropagation({ linux }: Spec): { wanted: string; recursive: number } {
  const { rootfsPropagation = 'private' } = linux;
  const isRecursive = rootfsPropagation.startsWith('r');
  return { wanted: rootfsPropagation.slice(Number(isRecursive)), recursive: Number(isRecursive) };
}

function isPropagation(wanted: string): wanted is keyof typeof PROPAGATION {
  return Object.hasOwn(PROPAGATION, wanted);
}

/** The root is made by us and so is private; anything else it becomes last, when all is below it. */
function rootPropagation(spec: Spec): Step[] {
  const { wanted, recursive } = readPropagation(spec);
  if (wanted === 'private' || !isPropagation(wanted)) return [];
  return [change('/', 0, 0, recursive, PROPAGATION[wanted], 'linux.rootfsPropagation')];
}

/**
 * The first step of a Plan with a mount namespace of its own: nothing that is mounted in it may reach the host, so
 * `shared` starts as `slave` too and its root becomes shared at the end, for the container's own children. With
 * `slave` and `shared` what the host mounts later can reach the container, through binds that ask for it.
 */
export function compilePropagation(spec: Spec): Step {
  const { wanted } = readPropagation(spec);
  if (!isPropagation(wanted)) {
    throw badSpec('the propagation', [
      {
        field: 'linux.rootfsPropagation',
        problem: `"${spec.linux.rootfsPropagation}" is not one of private, slave, shared, unbindable`,
      },
    ]);
  }
  const follows = wanted === 'slave' || wanted === 'shared';
  return {
    op: 'propagation',
    propagation: follows ? MS.SLAVE : MS.PRIVATE,
    origin: 'linux.rootfsPropagation',
  };
}

function checkPaths(name: string, paths: readonly string[]): void {
  const problems = paths.flatMap((path, index) =>
    path.startsWith('/')
      ? []
      : [{ field: `linux.${name}[${index}]`, problem: `"${path}" is not an absolute path` }],
  );
  if (problems.length > 0)
    throw badSpec(`the ${name === 'maskedPaths' ? 'masked' : 'read-only'} paths`, problems);
}
