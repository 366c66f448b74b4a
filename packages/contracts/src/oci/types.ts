/** The types of the OCI documents; their checks are in `@mini/contracts/validation`. */
export type { Int64 } from '../describe/scalars.js';
export type { BlockDevice, BlockIoResources, BlockWeight, ThrottleDevice } from './block-io.js';
export type { Device, DeviceRule } from './devices.js';
export type { Features, LinuxFeatures } from './features.js';
export type { Hook, HookName, Hooks } from './hooks.js';
export type { IdMapping } from './id-mappings.js';
export type {
  IntelRdt,
  Linux,
  MemoryPolicy,
  Namespace,
  NamespaceType,
  NetDevice,
  Personality,
  TimeOffset,
} from './linux.js';
export type { Mount } from './mounts.js';
export type { Capabilities, CpuAffinity, IoPriority, Process, Rlimit, User } from './process.js';
export type {
  CpuResources,
  HugepageLimit,
  MemoryResources,
  NetworkResources,
  RdmaResources,
  Resources,
} from './resources.js';
export type { Scheduler } from './scheduler.js';
export type {
  Seccomp,
  SeccompAction,
  SeccompArchitecture,
  SeccompArgument,
  SeccompFlag,
  SeccompOperator,
  SeccompRule,
} from './seccomp.js';
export type { Root, Spec } from './spec.js';
export type { State } from './state.js';
