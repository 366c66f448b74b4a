import { arch, cpus, release, totalmem } from 'node:os';
import type { IdMapping } from '@mini/contracts';
import { findUserMaps } from '@mini/runtime-core/subordinate-ids';
import { type Engine, openEngine } from '../engine.js';
import { selectContainers } from './list-containers.js';

/** What mini finds on this machine. */
export interface SystemInfo {
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  /** mini's own data. */
  readonly MiniRootDir: string;
  readonly RunDirectory: string;
  readonly Rootless: boolean;
  /** The ids that containers of an ordinary user have; absent for root. */
  readonly IdMappings?: IdMappingsInfo;
  /** The control groups of the machine: `v1`, `v2` or `hybrid`. */
  readonly CgroupMode: string;
  readonly CgroupVersion: string;
  readonly CgroupControllers: readonly string[];
  readonly KernelVersion: string;
  readonly OSType: 'linux';
  readonly Architecture: string;
  readonly NCPU: number;
  /** Bytes. */
  readonly MemTotal: number;
  readonly Name: string;
}

/** As podman tells of them, and what keeps them from being more. */
export interface IdMappingsInfo {
  readonly uidmap: readonly PodmanMapping[];
  readonly gidmap: readonly PodmanMapping[];
  /** Why there is but one user and one group, and what would help. */
  readonly Lack?: { readonly Reason: string; readonly Hint: string };
  /** What in /etc/subuid and /etc/subgid is not heeded. */
  readonly Mistakes: readonly string[];
}

interface PodmanMapping {
  readonly container_id: number;
  readonly host_id: number;
  readonly size: number;
}

/** Looks the machine up. */
export function readSystemInfo(engine: Engine = openEngine()): SystemInfo {
  const listed = selectContainers({ all: true }, engine);
  const count = (status: string) => listed.filter((each) => each.status === status).length;
  const { layout, paths, caller, hostHostname } = engine;
  const controllers = layout.hierarchies.flatMap((hierarchy) => hierarchy.controllers);
  return {
    Containers: listed.length,
    ContainersRunning: count('running'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('exited') + count('created'),
    MiniRootDir: paths.dataDirectory,
    RunDirectory: paths.runDirectory,
    Rootless: caller.uid !== 0,
    ...(caller.uid === 0 ? {} : { IdMappings: readIdMappings(engine) }),
    CgroupMode: layout.mode,
    CgroupVersion: layout.mode === 'v2' ? '2' : '1',
    CgroupControllers: [...new Set(controllers)].sort(),
    KernelVersion: release(),
    OSType: 'linux',
    Architecture: arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch(),
    NCPU: cpus().length,
    MemTotal: totalmem(),
    Name: hostHostname,
  };
}

function readIdMappings({ kernel, caller }: Engine): IdMappingsInfo {
  const { uidMappings, gidMappings, lack, mistakes } = findUserMaps(kernel, caller);
  return {
    uidmap: uidMappings.map(toPodmanMapping),
    gidmap: gidMappings.map(toPodmanMapping),
    ...(lack === undefined ? {} : { Lack: { Reason: lack.reason, Hint: lack.hint } }),
    Mistakes: mistakes,
  };
}

function toPodmanMapping({ containerID, hostID, size }: IdMapping): PodmanMapping {
  return { container_id: containerID, host_id: hostID, size };
}
