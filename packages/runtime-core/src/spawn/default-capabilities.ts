import type { Capabilities, CapabilityName } from '@mini/contracts';

/** The 14 capabilities that Docker leaves to a container's root user by default. */
export const DEFAULT_CAPABILITIES: readonly CapabilityName[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FSETID',
  'CAP_FOWNER',
  'CAP_MKNOD',
  'CAP_NET_RAW',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETFCAP',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_SYS_CHROOT',
  'CAP_KILL',
  'CAP_AUDIT_WRITE',
];

/**
 * The five sets for a user: root gets them permitted and effective, anybody else keeps them in the bounding set only, so
 * that a file capability can still give one. Inheritable and ambient are always empty (CVE-2022-24769).
 */
export function capabilitiesFor(uid: number, names: readonly CapabilityName[]): Capabilities {
  const held = uid === 0 ? names : [];
  return { bounding: names, permitted: held, effective: held, inheritable: [], ambient: [] };
}
