import { hostname } from 'node:os';
import process from 'node:process';
import { type CgroupLayout, detectCgroupLayout } from '@mini/cgroup-manager';
import type { Kernel } from '@mini/contracts';
import { nativeKernel } from '@mini/runtime-core';
import { type OwnNamespace, readOwnNamespace } from './own-namespace.js';
import { type EnginePaths, enginePaths } from './paths.js';

/** What the engine knows of the machine and of who calls. */
export interface Engine {
  readonly kernel: Kernel;
  readonly paths: EnginePaths;
  readonly layout: CgroupLayout;
  /** On the machine, also of who is root of a user namespace. */
  readonly caller: { readonly uid: number; readonly gid: number };
  /** Set in a process that mini has started as root of a user namespace, for an ordinary user. */
  readonly namespace?: OwnNamespace;
  readonly hostHostname: string;
}

/** Looks the machine up and makes nothing. Throws what loading the addon throws. */
export function openEngine(): Engine {
  const namespace = readOwnNamespace(process.env);
  const caller = namespace?.caller ?? { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const paths = enginePaths(caller.uid, process.env);
  return {
    kernel: nativeKernel(),
    paths,
    layout: detectCgroupLayout(),
    caller,
    ...(namespace === undefined ? {} : { namespace }),
    hostHostname: hostname(),
  };
}

/** Root makes namespaces and mounts by itself; an ordinary user only within a user namespace. */
export function isPrivileged({ caller }: Engine): boolean {
  return caller.uid === 0;
}

/** Whether this process itself can mount: root, and root of a user namespace with mounts of its own. */
export function canMount(engine: Engine): boolean {
  return isPrivileged(engine) || engine.namespace !== undefined;
}
