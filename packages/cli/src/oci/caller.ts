import { readFileSync } from 'node:fs';
import type { Spec } from '@mini/contracts';
import { needsPrograms } from '@mini/runtime-core';

/** Whether who calls us is root on the machine: not in a user namespace alone, as under rootless podman. */
export function isRootOfMachine(): boolean {
  return process.geteuid?.() === 0 && !isInUserNamespace();
}

/** The first user namespace maps every number to itself. Source: user_namespaces(7). */
export function isInUserNamespace(): boolean {
  return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
}

/** Who calls us, in the user namespace that we are in. */
export function readCaller(): { readonly uid: number; readonly gid: number } {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

/**
 * Whether a container of ours cannot choose its groups: an ordinary user who maps no more than the own one must deny
 * setgroups(2) first, and what is denied in a user namespace is so in those below it. Source: user_namespaces(7).
 */
export function isSetgroupsDenied({ linux }: Pick<Spec, 'linux'>): boolean {
  const caller = readCaller();
  if (caller.uid === 0) return isDenied('/proc/self/setgroups');
  const joined = linux.namespaces.find(({ type, path }) => type === 'user' && path !== undefined)?.path;
  // Of a namespace that is joined the file of its process tells; one that is held elsewhere gives no groups.
  if (joined !== undefined) return isDenied(joined.replace(/\/ns\/user$/, '/setgroups'));
  return !needsPrograms(linux.uidMappings ?? [], linux.gidMappings ?? [], caller);
}

function isDenied(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() !== 'allow';
  } catch {
    return true;
  }
}
