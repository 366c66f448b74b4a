import type { RunOptions } from './run-options.js';

/**
 * Kernel parameters of a container. In a network of its own, as in docker, everybody may send echo requests and listen
 * on the ports below 1024: neither reaches beyond it. The user's own win. A pure function.
 */
export function buildSysctls(
  { network, sysctls }: Pick<RunOptions, 'network' | 'sysctls'>,
  caller: { readonly uid: number },
): Readonly<Record<string, string>> {
  if (network === 'host') return sysctls;
  // Groups that the user namespace does not map are refused.
  const lastGroup = caller.uid === 0 ? 2 ** 31 - 1 : 0;
  return {
    'net.ipv4.ip_unprivileged_port_start': '0',
    'net.ipv4.ping_group_range': `0 ${lastGroup}`,
    ...sysctls,
  };
}
