import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { CapabilityName, NamespaceType, Resources, Spec, ThrottleDevice } from '@mini/contracts';
import { DEFAULT_CAPABILITIES } from '@mini/runtime-core';
import type { Container } from '../containers.js';
import { describeBinds } from './inspect-mounts.js';

/** How a container is connected to the machine, and its limits. Bytes, microseconds; 0 is no limit. */
export interface InspectedHostConfig {
  readonly Binds: readonly string[];
  readonly LogConfig: { readonly Type: string; readonly Config: Readonly<Record<string, string>> };
  readonly NetworkMode: string;
  readonly PortBindings: object;
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly AutoRemove: boolean;
  /** By how much the capabilities differ from the default ones. */
  readonly CapAdd: readonly string[];
  readonly CapDrop: readonly string[];
  readonly CgroupnsMode: string;
  readonly IpcMode: string;
  readonly PidMode: string;
  readonly UTSMode: string;
  readonly Privileged: boolean;
  readonly ReadonlyRootfs: boolean;
  readonly SecurityOpt: readonly string[];
  readonly Init: boolean;
  readonly Sysctls: Readonly<Record<string, string>>;
  readonly Ulimits: readonly { readonly Name: string; readonly Soft: number; readonly Hard: number }[];
  readonly CgroupParent: string;
  readonly Memory: number;
  readonly MemorySwap: number;
  readonly MemoryReservation: number;
  /** 0 to 100; null leaves it to the machine. */
  readonly MemorySwappiness: number | null;
  readonly NanoCpus: number;
  readonly CpuShares: number;
  readonly CpuPeriod: number;
  readonly CpuQuota: number;
  readonly CpusetCpus: string;
  readonly CpusetMems: string;
  readonly PidsLimit: number;
  readonly BlkioWeight: number;
  readonly BlkioDeviceReadBps: readonly InspectedRate[];
  readonly BlkioDeviceWriteBps: readonly InspectedRate[];
  readonly BlkioDeviceReadIOps: readonly InspectedRate[];
  readonly BlkioDeviceWriteIOps: readonly InspectedRate[];
  readonly MaskedPaths: readonly string[];
  readonly ReadonlyPaths: readonly string[];
}

/** A limit of a block device, in bytes or operations a second. */
export interface InspectedRate {
  readonly Path: string;
  readonly Rate: number;
}

export function describeHostConfig(container: Container): InspectedHostConfig {
  const { record } = container;
  const { spec } = record;
  const { linux } = spec;
  return {
    Binds: describeBinds(container),
    LogConfig: describeLog(record.log),
    NetworkMode: modeOf(spec, 'network', 'none'),
    PortBindings: {},
    RestartPolicy: { Name: record.restart.policy, MaximumRetryCount: record.restart.most },
    AutoRemove: record.rm,
    ...describeCapabilities(spec),
    CgroupnsMode: modeOf(spec, 'cgroup', 'private'),
    IpcMode: modeOf(spec, 'ipc', 'private'),
    PidMode: modeOf(spec, 'pid', ''),
    UTSMode: modeOf(spec, 'uts', ''),
    Privileged: record.privileged === true,
    ReadonlyRootfs: spec.root.readonly === true,
    SecurityOpt: describeSecurity(record),
    Init: record.init,
    Sysctls: Object.assign(Object.create(null), linux.sysctl ?? {}),
    Ulimits: (spec.process.rlimits ?? []).map(({ type, soft, hard }) => ({
      Name: type.replace(/^RLIMIT_/, '').toLowerCase(),
      Soft: Number(soft),
      Hard: Number(hard),
    })),
    CgroupParent: (linux.cgroupsPath ?? '').split('/').slice(0, -1).join('/'),
    ...describeLimits(linux.resources ?? {}),
    MaskedPaths: linux.maskedPaths ?? [],
    ReadonlyPaths: linux.readonlyPaths ?? [],
  };
}

function describeSecurity({ spec, privileged = false }: Container['record']): string[] {
  return [
    ...(spec.process.noNewPrivileges === true ? ['no-new-privileges'] : []),
    ...(spec.linux.seccomp === undefined && !privileged ? ['seccomp=unconfined'] : []),
  ];
}

/** A namespace that the container does not have of its own is the host's. */
function modeOf({ linux }: Spec, type: NamespaceType, own: string): string {
  return linux.namespaces.some((namespace) => namespace.type === type) ? own : 'host';
}

function describeLog(log: Container['record']['log']): InspectedHostConfig['LogConfig'] {
  if (log === null) return { Type: 'none', Config: {} };
  const { maxBytes, maxFiles } = log;
  const size = maxBytes === 0 ? '-1' : String(maxBytes);
  return { Type: 'local', Config: { 'max-file': String(maxFiles), 'max-size': size } };
}

function describeCapabilities({ process }: Spec): { CapAdd: string[]; CapDrop: string[] } {
  const bounding = new Set<CapabilityName>(process.capabilities?.bounding ?? []);
  const usual = new Set<CapabilityName>(DEFAULT_CAPABILITIES);
  return {
    CapAdd: [...bounding].filter((name) => !usual.has(name)),
    CapDrop: [...usual].filter((name) => !bounding.has(name)),
  };
}

function describeLimits({ memory = {}, cpu = {}, pids, blockIO = {} }: Resources) {
  const { quota = 0, period = 0 } = cpu;
  return {
    Memory: Number(memory.limit ?? 0),
    MemorySwap: Number(memory.swap ?? 0),
    MemoryReservation: Number(memory.reservation ?? 0),
    MemorySwappiness: memory.swappiness === undefined ? null : Number(memory.swappiness),
    NanoCpus: quota > 0 && period > 0 ? Math.round((quota / period) * 1e9) : 0,
    CpuShares: cpu.shares ?? 0,
    CpuPeriod: period,
    CpuQuota: quota,
    CpusetCpus: cpu.cpus ?? '',
    CpusetMems: cpu.mems ?? '',
    PidsLimit: pids?.limit ?? 0,
    BlkioWeight: blockIO.weight ?? 0,
    BlkioDeviceReadBps: describeRates(blockIO.throttleReadBpsDevice),
    BlkioDeviceWriteBps: describeRates(blockIO.throttleWriteBpsDevice),
    BlkioDeviceReadIOps: describeRates(blockIO.throttleReadIOPSDevice),
    BlkioDeviceWriteIOps: describeRates(blockIO.throttleWriteIOPSDevice),
  };
}

function describeRates(rates: readonly ThrottleDevice[] = []): InspectedRate[] {
  return rates.map(({ major, minor, rate }) => ({ Path: blockDevicePath(major, minor), Rate: Number(rate) }));
}

/** As the kernel names it; its numbers for one that is not there any more. Source: sysfs(5). */
function blockDevicePath(major: number, minor: number): string {
  try {
    return `/dev/${basename(readlinkSync(`/sys/dev/block/${major}:${minor}`)).replaceAll('!', '/')}`;
  } catch {
    return `${major}:${minor}`;
  }
}
