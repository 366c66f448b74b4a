/**
 * The OCI runtime Spec, the inner language of mini: what `mini run` builds and a bundle's config.json holds.
 * Source: opencontainers/runtime-spec 1.2, config.md and config-linux.md; the texts there define each field.
 */
import type { CapabilityName, RlimitName } from './linux.js';
import type { Seccomp } from './seccomp.js';

export interface Spec {
  readonly ociVersion: string;
  readonly root: { readonly path: string; readonly readonly?: boolean };
  readonly process: Process;
  readonly hostname?: string;
  readonly domainname?: string;
  readonly mounts?: readonly Mount[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux: Linux;
}

export interface Process {
  readonly terminal?: boolean;
  readonly consoleSize?: { readonly height: number; readonly width: number };
  readonly user: User;
  readonly args: readonly string[];
  readonly env?: readonly string[];
  readonly cwd: string;
  readonly capabilities?: Capabilities;
  readonly rlimits?: readonly Rlimit[];
  readonly noNewPrivileges?: boolean;
  readonly oomScoreAdj?: number;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly umask?: number;
  readonly additionalGids?: readonly number[];
}

export interface Capabilities {
  readonly bounding?: readonly CapabilityName[];
  readonly effective?: readonly CapabilityName[];
  readonly permitted?: readonly CapabilityName[];
  readonly inheritable?: readonly CapabilityName[];
  readonly ambient?: readonly CapabilityName[];
}

export interface Rlimit {
  readonly type: RlimitName;
  /** RLIM_INFINITY is 2^64 - 1, hence bigint is allowed. */
  readonly soft: number | bigint;
  readonly hard: number | bigint;
}

export interface Mount {
  readonly destination: string;
  readonly type?: string;
  readonly source?: string;
  readonly options?: readonly string[];
}

export interface Linux {
  readonly namespaces: readonly Namespace[];
  readonly uidMappings?: readonly IdMapping[];
  readonly gidMappings?: readonly IdMapping[];
  readonly devices?: readonly Device[];
  readonly cgroupsPath?: string;
  readonly resources?: Resources;
  readonly rootfsPropagation?: 'private' | 'slave' | 'shared' | 'unbindable';
  readonly sysctl?: Readonly<Record<string, string>>;
  readonly maskedPaths?: readonly string[];
  readonly readonlyPaths?: readonly string[];
  readonly seccomp?: Seccomp;
}

export type NamespaceType = 'pid' | 'network' | 'mount' | 'ipc' | 'uts' | 'user' | 'cgroup' | 'time';

export interface Namespace {
  readonly type: NamespaceType;
  readonly path?: string;
}

export interface IdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

export interface Device {
  readonly type: 'c' | 'b' | 'u' | 'p';
  readonly path: string;
  readonly major?: number;
  readonly minor?: number;
  readonly fileMode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** What `cgroup-manager` turns into file writes. */
export interface Resources {
  readonly devices?: readonly DeviceRule[];
  readonly memory?: MemoryResources;
  readonly cpu?: CpuResources;
  readonly blockIO?: BlockIoResources;
  readonly pids?: { readonly limit: number };
  readonly unified?: Readonly<Record<string, string>>;
}

export interface DeviceRule {
  readonly allow: boolean;
  readonly type?: 'a' | 'c' | 'b';
  readonly major?: number;
  readonly minor?: number;
  readonly access?: string;
}

/** Bytes; -1 is unlimited. `swap` is memory plus swap, as in v1. */
export interface MemoryResources {
  readonly limit?: number;
  readonly reservation?: number;
  readonly swap?: number;
  readonly swappiness?: number;
  readonly disableOOMKiller?: boolean;
}

/** `shares` 2 to 262144; `quota` and `period` in microseconds, quota -1 is unlimited. */
export interface CpuResources {
  readonly shares?: number;
  readonly quota?: number;
  readonly period?: number;
  readonly burst?: number;
  readonly idle?: number;
  readonly cpus?: string;
  readonly mems?: string;
}

/** `weight` 10 to 1000; rates in bytes or operations a second. */
export interface BlockIoResources {
  readonly weight?: number;
  readonly leafWeight?: number;
  readonly weightDevice?: readonly (BlockDevice & {
    readonly weight?: number;
    readonly leafWeight?: number;
  })[];
  readonly throttleReadBpsDevice?: readonly ThrottleDevice[];
  readonly throttleWriteBpsDevice?: readonly ThrottleDevice[];
  readonly throttleReadIOPSDevice?: readonly ThrottleDevice[];
  readonly throttleWriteIOPSDevice?: readonly ThrottleDevice[];
}

export interface BlockDevice {
  readonly major: number;
  readonly minor: number;
}

export interface ThrottleDevice extends BlockDevice {
  readonly rate: number;
}
