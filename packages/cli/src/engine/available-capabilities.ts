import { readFileSync } from 'node:fs';
import { CAPABILITIES, type CapabilityName } from '@mini/contracts';

/**
 * What this process can hand on: its bounding set, which in a container or a sandbox lacks some. An ordinary user's
 * containers have a user namespace of their own, whose first process has them all. Source: proc(5), user_namespaces(7).
 */
export function readAvailableCapabilities(callerUid: number): readonly CapabilityName[] {
  if (callerUid !== 0) return CAPABILITIES;
  return parseBoundingSet(readFileSync('/proc/self/status', 'utf8'));
}

/** The names in the line `CapBnd` of a status file; all of them when there is none. */
export function parseBoundingSet(status: string): readonly CapabilityName[] {
  const digits = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (digits === undefined) return CAPABILITIES;
  const mask = BigInt(`0x${digits}`);
  return CAPABILITIES.filter((_, number) => ((mask >> BigInt(number)) & 1n) === 1n);
}
