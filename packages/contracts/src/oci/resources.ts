import { array, map } from '../describe/collections.js';
import {
  boolean,
  count,
  countLimit,
  int64,
  integer,
  limit64,
  string,
  stringThat,
  uint32,
  uint64,
} from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { blockIoShape } from './block-io.js';
import { deviceRuleShape } from './devices.js';
import { fileName, interfaceName, nonEmpty } from './strings.js';

/** Bytes; -1 is unlimited and 0 leaves a limit alone. */
export const memoryShape = object({
  limit: optional(limit64),
  /** A soft limit. */
  reservation: optional(limit64),
  /** Memory plus swap, as in cgroup v1. */
  swap: optional(limit64),
  /** Deprecated: gone from the kernel since 5.11. */
  kernel: optional(limit64),
  kernelTCP: optional(limit64),
  /** 0 to 100; cgroup v1 only. */
  swappiness: optional(integer(0, 100)),
  disableOOMKiller: optional(boolean),
  useHierarchy: optional(boolean),
  /** Refuse a new limit below what is used. */
  checkBeforeUpdate: optional(boolean),
});

/** `shares` 2 to 262144; times in microseconds, quota -1 is unlimited. */
export const cpuShape = object({
  shares: optional(count),
  quota: optional(countLimit),
  burst: optional(count),
  period: optional(count),
  realtimeRuntime: optional(int64),
  realtimePeriod: optional(uint64),
  /** Lists in the format of cpuset(7): `0-3,7`. */
  cpus: optional(string),
  mems: optional(string),
  /** 1 makes the group idle: it runs when nothing else wants to. */
  idle: optional(integer(0, 1)),
});

export const hugepageLimitShape = object({
  pageSize: stringThat((size) => /^[1-9][0-9]*[KMG]B$/.test(size), 'a size of pages such as "2MB"'),
  /** Bytes. */
  limit: uint64,
});

/** cgroup v1 only. */
export const networkResourcesShape = object({
  classID: optional(uint32),
  priorities: optional(array(object({ name: interfaceName, priority: uint32 }))),
});

export const rdmaShape = object({ hcaHandles: optional(uint32), hcaObjects: optional(uint32) });

/** config-linux.md, control groups; also the document of `update --resources`. What cgroup-manager makes writes of. */
export const resourcesShape = object({
  devices: optional(array(deviceRuleShape)),
  memory: optional(memoryShape),
  cpu: optional(cpuShape),
  blockIO: optional(blockIoShape),
  hugepageLimits: optional(array(hugepageLimitShape)),
  network: optional(networkResourcesShape),
  /** -1 is unlimited. The text wants it; where it is absent, runc and crun leave the limit alone. */
  pids: optional(object({ limit: optional(countLimit) })),
  /** Per RDMA device. */
  rdma: optional(map(nonEmpty, rdmaShape)),
  /** Files of cgroup v2 and what is written to them. */
  unified: optional(map(fileName, string)),
});

export interface Resources extends Infer<typeof resourcesShape> {}
export interface MemoryResources extends Infer<typeof memoryShape> {}
export interface CpuResources extends Infer<typeof cpuShape> {}
export interface HugepageLimit extends Infer<typeof hugepageLimitShape> {}
export interface NetworkResources extends Infer<typeof networkResourcesShape> {}
export interface RdmaResources extends Infer<typeof rdmaShape> {}
