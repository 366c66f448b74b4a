import { readFileSync } from 'node:fs';

/** Whether who calls us is root on the machine: not in a user namespace alone, as under rootless podman. */
export function isRootOfMachine(): boolean {
  return process.geteuid?.() === 0 && !isInUserNamespace();
}

/** The first user namespace maps every number to itself. Source: user_namespaces(7). */
export function isInUserNamespace(): boolean {
  return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
}

/**
 * Whether a container of ours cannot choose its groups: an ordinary user must deny setgroups(2) before groups can be
 * mapped, and what is denied in a user namespace is so in those below it. Source: user_namespaces(7).
 */
export function isSetgroupsDenied(): boolean {
  return process.geteuid?.() !== 0 || readFileSync('/proc/self/setgroups', 'utf8').trim() === 'deny';
}
