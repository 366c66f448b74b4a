import { hostname } from 'node:os';
import process from 'node:process';
import { type CgroupLayout, detectCgroupLayout } from '@mini/cgroup-manager';
import type { Kernel } from '@mini/contracts';
import { nativeKernel } from '@mini/runtime-core';
import { type EnginePaths, enginePaths } from './paths.js';

/** What the engine knows of the machine and of who calls. */
export interface Engine {
  readonly kernel: Kernel;
  readonly paths: EnginePaths;
  readonly layout: CgroupLayout;
  readonly caller: { readonly uid: number; readonly gid: number };
  readonly hostHostname: string;
}

/** Looks the machine up and makes nothing. Throws what loading the addon throws. */
export function openEngine(): Engine {
  const caller = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const paths = enginePaths(caller.uid, process.env);
  return {
    kernel: nativeKernel(),
    paths,
    layout: detectCgroupLayout(),
    caller,
    hostHostname: hostname(),
  };
}

/** Root makes namespaces and mounts by itself; an ordinary user only within a user namespace. */
export function isPrivileged({ caller }: Engine): boolean {
  return caller.uid === 0;
}
