import { arch, cpus, release, totalmem } from 'node:os';
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
