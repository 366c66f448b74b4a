import { type CgroupLayout, canCreate } from '@mini/cgroup-manager';
import type { Resources, Spec } from '@mini/contracts';
import { isRootOfMachine } from '../caller.js';
import type { OciContext } from '../context.js';
import { ociError } from '../oci-error.js';
import { cgroupPathOf, scopeOf } from './cgroup-path.js';

/** The control group of a container below the mount points. */
export interface ChosenCgroup {
  readonly path: string;
  /** The unit of systemd whose group it is, where systemd is to make it. */
  readonly scope?: { readonly slice: string; readonly unit: string };
}

/**
 * The control group of a container. None where the caller wants none, and none for an ordinary user who has no right to make
 * one and asks neither for a place nor for limits. Throws what `cgroupPathOf` and `scopeOf` throw, and `RuntimeError`
 * `unsupported` where systemd cannot be had make it.
 */
export function chooseCgroup(
  { cgroups, cgroupManager }: OciContext,
  layout: CgroupLayout,
  { linux }: Spec,
  id: string,
): ChosenCgroup | undefined {
  if (cgroups === 'never') return undefined;
  if (cgroupManager === 'systemd') {
    checkSystemd(layout);
    const { path, ...scope } = scopeOf(linux.cgroupsPath, id);
    return { path, scope };
  }
  const path = cgroupPathOf(linux.cgroupsPath, id);
  const isNeeded = cgroups === 'always' || (linux.cgroupsPath ?? '') !== '' || hasLimits(linux.resources);
  return isNeeded || canCreate(layout, path) ? { path } : undefined;
}

/** On v1 systemd would open all devices to a scope again whenever it reads its configuration anew. */
function checkSystemd({ mode }: CgroupLayout): void {
  const refuse = (reason: string) =>
    ociError('unsupported', `failed to use systemd for cgroups: ${reason}`, {
      hint: 'have the caller use the cgroup manager "cgroupfs" (Docker: native.cgroupdriver=cgroupfs)',
    });
  if (mode !== 'v2') throw refuse('this machine has not cgroup v2 alone');
  if (!isRootOfMachine()) throw refuse("only root's containers are made so");
}

/** Device rules are no limits: an ordinary user has no device to deny. */
function hasLimits(resources: Resources = {}): boolean {
  const { devices: _, ...limits } = resources;
  return Object.values(limits).some((part) => Object.values(part ?? {}).length > 0);
}
