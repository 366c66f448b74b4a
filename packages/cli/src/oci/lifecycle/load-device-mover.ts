import type { Spec } from '@mini/contracts';

/** What moves the interfaces of a Spec, which is loaded for the few that have some. */
export async function loadDeviceMover({ linux }: Spec) {
  if (Object.keys(linux.netDevices ?? {}).length === 0) return undefined;
  return (await import('../net-devices/move-net-devices.js')).moveNetDevices;
}
