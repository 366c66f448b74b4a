import { assertResources, type CgroupLayout, readMachine } from '@mini/cgroup-manager';
import type { Device, DeviceRule, MemoryResources, Resources } from '@mini/contracts';
import { DEFAULT_DEVICES } from '@mini/rootfs-manager';
import type { DeviceRequest, RunOptions } from './run-options.js';

/** Terminals: `/dev/console`, `/dev/ptmx` and all of devpts. Source: devices.txt of Linux. */
const TERMINALS: readonly DeviceRule[] = [
  { allow: true, type: 'c', major: 5, minor: 1, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 2, access: 'rwm' },
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/**
 * The limits of a container, complete: memory and swap together are twice the memory unless told, as in docker, or a
 * limit on memory would only fill the swap; and of the machine's devices only the harmless ones and those that were
 * asked for can be opened. Any node may be made, as in docker, but none can be read that is not in the list.
 */
export function buildResources(
  { resources, devices: requests, privileged }: RunOptions,
  devices: readonly Device[],
  caller: { readonly uid: number },
): Resources {
  return {
    ...resources,
    ...(resources.memory === undefined ? {} : { memory: withSwap(resources.memory) }),
    // The kernel keeps devices from other users' namespaces by itself.
    ...(caller.uid === 0 && !privileged
      ? { devices: [...defaultRules(), ...requestedRules(requests, devices)] }
      : {}),
  };
}

function withSwap(memory: MemoryResources): MemoryResources {
  const { limit, swap } = memory;
  if (limit === undefined || limit < 0 || swap !== undefined) return memory;
  return { ...memory, swap: typeof limit === 'bigint' ? 2n * limit : 2 * limit };
}

function defaultRules(): DeviceRule[] {
  return [
    { allow: false },
    { allow: true, type: 'c', access: 'm' },
    { allow: true, type: 'b', access: 'm' },
    ...DEFAULT_DEVICES.map((device) => ruleFor(device, 'rwm')),
    ...TERMINALS,
  ];
}

function requestedRules(requests: readonly DeviceRequest[], devices: readonly Device[]): DeviceRule[] {
  return devices.map((device, index) => ruleFor(device, requests[index]?.access ?? 'rwm'));
}

function ruleFor({ type, major = 0, minor = 0 }: Device, access: string): DeviceRule {
  return { allow: true, type: type === 'b' ? 'b' : 'c', major, minor, access };
}

/** As podman has it: a fork bomb stays the container's own matter. */
const DEFAULT_PIDS_LIMIT = 2048;

/**
 * Limits of processes unless they were told, where that is possible: an ordinary user's container may have no group of its
 * own, and a machine no such controller.
 */
export function withDefaultPids(
  resources: Resources,
  { hierarchies }: CgroupLayout,
  caller: { readonly uid: number },
): Resources {
  const isPossible = caller.uid === 0 && hierarchies.some(({ controllers }) => controllers.includes('pids'));
  return resources.pids === undefined && isPossible
    ? { ...resources, pids: { limit: DEFAULT_PIDS_LIMIT } }
    : resources;
}

/** Throws `RuntimeError` `cgroup-resources` that names every limit that this machine cannot set. */
export function checkResources(layout: CgroupLayout, { devices: _, ...limits }: Resources): void {
  if (Object.keys(limits).length > 0) assertResources(layout, limits, readMachine());
}
