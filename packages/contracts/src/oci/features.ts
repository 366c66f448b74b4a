import { array } from '../describe/collections.js';
import { boolean, enumOf, string, stringThat } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { NAMESPACE_TYPES } from './linux.js';
import { SECCOMP_ACTIONS, SECCOMP_ARCHITECTURES, SECCOMP_FLAGS, SECCOMP_OPERATORS } from './seccomp.js';
import { annotationsShape } from './spec.js';

const strings = optional(array(string));
const enabled = optional(object({ enabled: optional(boolean) }));
const flags = optional(array(enumOf(SECCOMP_FLAGS)));

export const cgroupFeaturesShape = object({
  v1: optional(boolean),
  v2: optional(boolean),
  systemd: optional(boolean),
  systemdUser: optional(boolean),
  rdma: optional(boolean),
});

export const seccompFeaturesShape = object({
  enabled: optional(boolean),
  actions: optional(array(enumOf(SECCOMP_ACTIONS))),
  operators: optional(array(enumOf(SECCOMP_OPERATORS))),
  archs: optional(array(enumOf(SECCOMP_ARCHITECTURES, 'an architecture of seccomp'))),
  /** Known to the runtime; `supportedFlags` are those that the kernel takes too. */
  knownFlags: flags,
  supportedFlags: flags,
});

/** features-linux.md. */
export const linuxFeaturesShape = object({
  namespaces: optional(array(enumOf(NAMESPACE_TYPES))),
  capabilities: optional(array(stringThat((name) => /^CAP_[A-Z_]+$/.test(name), 'the name of a capability'))),
  cgroup: optional(cgroupFeaturesShape),
  seccomp: optional(seccompFeaturesShape),
  apparmor: enabled,
  selinux: enabled,
  intelRdt: enabled,
  memoryPolicy: optional(object({ modes: strings, flags: strings })),
  mountExtensions: optional(object({ idmap: enabled })),
  netDevices: enabled,
});

/** What a runtime can do: the answer of `features`. features.md. */
export const featuresShape = object({
  ociVersionMin: string,
  ociVersionMax: string,
  hooks: strings,
  mountOptions: strings,
  annotations: optional(annotationsShape),
  potentiallyUnsafeConfigAnnotations: strings,
  linux: optional(linuxFeaturesShape),
});

export interface Features extends Infer<typeof featuresShape> {}
export interface LinuxFeatures extends Infer<typeof linuxFeaturesShape> {}
