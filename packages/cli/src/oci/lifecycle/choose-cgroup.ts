import { type CgroupLayout, canCreate } from '@mini/cgroup-manager';
import type { Resources, Spec } from '@mini/contracts';
import type { OciContext } from '../context.js';
import { cgroupPathOf } from './cgroup-path.js';

/**
 * The control group of a container below the mount points. None where the caller wants none, and none for an ordinary user
 * who has no right to make one and asks neither for a place nor for limits. Throws what `cgroupPathOf` throws.
 */
export function chooseCgroup(
  { cgroups }: OciContext,
  layout: CgroupLayout,
  { linux }: Spec,
  id: string,
): string | undefined {
  if (cgroups === 'never') return undefined;
  const path = cgroupPathOf(linux.cgroupsPath, id);
  const isNeeded = cgroups === 'always' || (linux.cgroupsPath ?? '') !== '' || hasLimits(linux.resources);
  return isNeeded || canCreate(layout, path) ? path : undefined;
}

/** Device rules are no limits: an ordinary user has no device to deny. */
function hasLimits(resources: Resources = {}): boolean {
  const { devices: _, ...limits } = resources;
  return Object.values(limits).some((part) => Object.values(part ?? {}).length > 0);
}
