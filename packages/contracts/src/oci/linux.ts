import { array, map } from '../describe/collections.js';
import { boolean, enumOf, int64, integer, string, stringThat } from '../describe/scalars.js';
import { type Infer, object, optional, optionalOrEmpty } from '../describe/shape.js';
import { deviceShape } from './devices.js';
import { idMappingsShape } from './id-mappings.js';
import { resourcesShape } from './resources.js';
import { seccompShape } from './seccomp.js';
import { absolutePath, interfaceName, numberList } from './strings.js';

export const NAMESPACE_TYPES = ['pid', 'network', 'mount', 'ipc', 'uts', 'user', 'cgroup', 'time'] as const;

export const PROPAGATIONS = [
  'private',
  'slave',
  'shared',
  'unbindable',
  'rprivate',
  'rslave',
  'rshared',
  'runbindable',
] as const;

export const namespaceShape = object({
  type: enumOf(NAMESPACE_TYPES),
  /** Of an existing one, which is joined; a new one is made without it. */
  path: optionalOrEmpty(absolutePath),
});

/** See time_namespaces(7). */
export const timeOffsetShape = object({
  secs: optional(int64),
  nanosecs: optional(integer(0, 999_999_999)),
});

/** See set_mempolicy(2). */
export const memoryPolicyShape = object({
  mode: enumOf([
    'MPOL_DEFAULT',
    'MPOL_BIND',
    'MPOL_INTERLEAVE',
    'MPOL_WEIGHTED_INTERLEAVE',
    'MPOL_PREFERRED',
    'MPOL_PREFERRED_MANY',
    'MPOL_LOCAL',
  ]),
  nodes: optional(numberList),
  flags: optional(array(enumOf(['MPOL_F_NUMA_BALANCING', 'MPOL_F_RELATIVE_NODES', 'MPOL_F_STATIC_NODES']))),
});

/** Resource control of Intel CPUs. config-linux.md, intelRdt. */
export const intelRdtShape = object({
  /** The directory below /sys/fs/resctrl; "/" is the default group. */
  closID: optional(stringThat((id) => id === '/' || /^(?!\.{1,2}$)[^/\n]+$/.test(id), 'the name of a file')),
  schemata: optional(array(string)),
  l3CacheSchema: optional(string),
  memBwSchema: optional(stringThat((line) => /^MB:[^\n]*$/.test(line), 'a line that begins with "MB:"')),
  enableMonitoring: optional(boolean),
});

export const personalityShape = object({
  domain: enumOf(['LINUX', 'LINUX32']),
  /** The runtime-spec has none yet. */
  flags: optional(array(enumOf([], 'a known flag: there are none yet'))),
});

/** config-linux.md. */
export const linuxShape = object({
  namespaces: optional(array(namespaceShape)),
  uidMappings: optional(idMappingsShape),
  gidMappings: optional(idMappingsShape),
  timeOffsets: optional(
    object({ boottime: optional(timeOffsetShape), monotonic: optional(timeOffsetShape) }),
  ),
  devices: optional(array(deviceShape)),
  /** Interfaces of the host that move into the container's network namespace, by their name there. */
  netDevices: optional(map(interfaceName, object({ name: optionalOrEmpty(interfaceName) }))),
  /** A path below the cgroup hierarchies, or `slice:prefix:name` of systemd. */
  cgroupsPath: optional(stringThat((path) => !path.split('/').includes('..'), 'a path without ".."')),
  resources: optional(resourcesShape),
  /** Without "r" the same: propagation is set for the whole tree. Docker and containerd write it with. */
  rootfsPropagation: optionalOrEmpty(enumOf(PROPAGATIONS)),
  seccomp: optional(seccompShape),
  /** By names of sysctl(8); only those of the container's own namespaces. */
  sysctl: optional(
    map(
      string,
      stringThat((value) => !/[\n\r]/.test(value.trimEnd()), 'one line'),
    ),
  ),
  maskedPaths: optional(array(absolutePath)),
  readonlyPaths: optional(array(absolutePath)),
  mountLabel: optional(string),
  intelRdt: optional(intelRdtShape),
  memoryPolicy: optional(memoryPolicyShape),
  /** See personality(2). */
  personality: optional(personalityShape),
});

export type NamespaceType = (typeof NAMESPACE_TYPES)[number];
export interface Namespace extends Infer<typeof namespaceShape> {}
export interface TimeOffset extends Infer<typeof timeOffsetShape> {}
export interface MemoryPolicy extends Infer<typeof memoryPolicyShape> {}
export interface IntelRdt extends Infer<typeof intelRdtShape> {}
export interface Personality extends Infer<typeof personalityShape> {}
export interface NetDevice {
  readonly name?: string;
}
/** The namespaces are always there, if only as an empty list. */
export interface Linux extends Infer<typeof linuxShape> {
  readonly namespaces: readonly Namespace[];
}
