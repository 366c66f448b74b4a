import type { DeviceRule, Resources } from '@mini/contracts';
import { DEFAULT_DEVICES } from '@mini/rootfs-manager';

const DENY_ALL: DeviceRule = { allow: false, access: 'rwm' };

/** Any node may be made; opened can only be the devices that every container has, terminals among them. */
const DEFAULT_RULES: readonly DeviceRule[] = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  ...DEFAULT_DEVICES.map(
    ({ major, minor }): DeviceRule => ({
      allow: true,
      type: 'c',
      major: major!,
      minor: minor!,
      access: 'rwm',
    }),
  ),
  { allow: true, type: 'c', major: 5, minor: 1, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 2, access: 'rwm' },
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/**
 * A list of rules is a list of what is allowed: what none of them is for is denied, as by runc, and by crun on cgroup v2. The
 * default devices are allowed all the same: the Spec promises them to every container. Without rules nothing is denied.
 */
export function withDefaultDeviceRules(resources: Resources): Resources {
  const { devices = [] } = resources;
  return devices.length === 0
    ? resources
    : { ...resources, devices: [DENY_ALL, ...devices, ...DEFAULT_RULES] };
}
