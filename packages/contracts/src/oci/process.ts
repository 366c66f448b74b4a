import { array } from '../describe/collections.js';
import { boolean, count, enumOf, int32, integer, string, uint32, uint64 } from '../describe/scalars.js';
import { type Infer, object, optional, type Shape } from '../describe/shape.js';
import { type CapabilityName, RLIMIT, type RlimitName } from '../linux.js';
import { schedulerShape } from './scheduler.js';
import { absolutePath, numberList, variable } from './strings.js';

/** The last number is no id: setuid(2) and its like take it for "leave alone". */
const id = integer(0, 2 ** 32 - 2);

export const userShape = object({
  /** In the container's user namespace, as are all ids here. */
  uid: id,
  gid: id,
  /** umask(2) looks at the nine bits of permissions alone. */
  umask: optional(uint32),
  additionalGids: optional(array(id)),
});

/** A name that nobody knows is no error, hence found by a rule (`checkCapabilities`), not here. */
const capability = string as Shape<CapabilityName>;
const capabilitySet = optional(array(capability));

/** The five sets of capabilities(7). */
export const capabilitiesShape = object({
  bounding: capabilitySet,
  effective: capabilitySet,
  permitted: capabilitySet,
  inheritable: capabilitySet,
  ambient: capabilitySet,
});

export const rlimitShape = object({
  type: enumOf(Object.keys(RLIMIT) as RlimitName[], 'a resource of getrlimit(2)'),
  /** RLIM_INFINITY is 2^64 - 1. */
  soft: uint64,
  hard: uint64,
});

/** See ioprio_set(2). */
export const ioPriorityShape = object({
  class: enumOf(['IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE']),
  /** 0 (highest) to 7. */
  priority: optional(int32),
});

/** Where a process of `exec` runs: CPUs for its first steps, and those it is left with. */
export const cpuAffinityShape = object({
  initial: optional(numberList),
  final: optional(numberList),
});

/** config.md, process; also the document of `exec --process`. */
export const processShape = object({
  terminal: optional(boolean),
  /** Characters; without `terminal` it means nothing. */
  consoleSize: optional(object({ height: count, width: count })),
  user: userShape,
  /** The command and its arguments, as in execvp(3). */
  args: array(string, { least: 1 }),
  env: optional(array(variable)),
  cwd: absolutePath,
  capabilities: optional(capabilitiesShape),
  rlimits: optional(array(rlimitShape)),
  noNewPrivileges: optional(boolean),
  apparmorProfile: optional(string),
  selinuxLabel: optional(string),
  /** -1000 (never killed) to 1000, see proc(5). */
  oomScoreAdj: optional(integer(-1000, 1000)),
  scheduler: optional(schedulerShape),
  ioPriority: optional(ioPriorityShape),
  execCPUAffinity: optional(cpuAffinityShape),
});

export interface Process extends Infer<typeof processShape> {}
export interface User extends Infer<typeof userShape> {}
export interface Capabilities extends Infer<typeof capabilitiesShape> {}
export interface Rlimit extends Infer<typeof rlimitShape> {}
export interface IoPriority extends Infer<typeof ioPriorityShape> {}
export interface CpuAffinity extends Infer<typeof cpuAffinityShape> {}
