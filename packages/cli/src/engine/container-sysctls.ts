import type { IdMapping } from '@mini/contracts';
import type { RunOptions } from './run-options.js';

/**
 * Kernel parameters of a container. In a network of its own, as in docker, everybody may send echo requests and listen
 * on the ports below 1024: neither reaches beyond it. The user's own win. A pure function.
 */
export function buildSysctls({
  network,
  sysctls,
  idMaps,
}: Pick<RunOptions, 'network' | 'sysctls' | 'idMaps'>): Readonly<Record<string, string>> {
  if (network === 'host') return sysctls;
  // Groups that the user namespace does not map are refused.
  const lastGroup = idMaps === undefined ? 2 ** 31 - 1 : lastOfFirst(idMaps.gidMappings);
  return {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.ipv4.ping_group_range': `0 ${lastGroup}`,
    ...sysctls,
  };
}

/** The last of the ids that are there without a gap from 0 on. */
function lastOfFirst(mappings: readonly IdMapping[]): number {
  const sorted = [...mappings].sort((one, other) => one.containerID - other.containerID);
  const end = sorted.reduce((end, { containerID, size }) => (containerID === end ? end + size : end), 0);
  return Math.max(end - 1, 0);
}
