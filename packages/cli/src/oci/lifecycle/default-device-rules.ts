import type { DeviceRule, Resources } from '@mini/contracts';
import { DEFAULT_DEVICES } from '@mini/rootfs-manager';

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
 * Engines that deny all devices first expect the default ones to be allowed all the same: the Spec promises them to
 * every container. Without a rule that denies nothing is denied.
 */
export function withDefaultDeviceRules(resources: Resources): Resources {
  const { devices = [] } = resources;
  return devices.length === 0 ? resources : { ...resources, devices: [...devices, ...DEFAULT_RULES] };
}
