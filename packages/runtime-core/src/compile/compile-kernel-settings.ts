import type { Process, Spec, Step } from '@mini/contracts';
import { hasNewNamespace } from './namespaces.js';

/** Names, the loopback interface, sysctls: what a fresh namespace is given. Needs the container's /proc, writable. */
export function compileKernelSettings(spec: Spec): Step[] {
  return [
    ...compileNames(spec),
    ...(hasNewNamespace(spec, 'network') ? [{ op: 'loopback_up', origin: 'linux.namespaces' } as const] : []),
    ...compileSysctls(spec),
    ...compileOomScore(spec.process),
  ];
}

/** An empty name is none: a fresh namespace keeps those of the machine. */
function compileNames({ hostname = '', domainname = '' }: Spec): Step[] {
  return [
    ...(hostname === '' ? [] : [{ op: 'hostname', name: hostname, origin: 'hostname' } as const]),
    ...(domainname === '' ? [] : [{ op: 'domainname', name: domainname, origin: 'domainname' } as const]),
  ];
}

function compileSysctls({ linux }: Spec): Step[] {
  return Object.entries(linux.sysctl ?? {}).map(([key, value]) => ({
    op: 'write_proc',
    path: `/proc/sys/${sysctlPath(key)}`,
    value,
    origin: `linux.sysctl[${JSON.stringify(key)}]`,
  }));
}

/** Of the calling process, and those that it starts. */
export function compileOomScore(process: Process): Step[] {
  if (process.oomScoreAdj === undefined) return [];
  return [
    {
      op: 'write_proc',
      path: '/proc/self/oom_score_adj',
      value: String(process.oomScoreAdj),
      origin: 'process.oomScoreAdj',
    },
  ];
}

/** `net.ipv4.ip_forward` and `net/ipv4/conf/eth0.1/…`: the first separator tells which form it is. See sysctl(8). */
function sysctlPath(key: string): string {
  const firstSeparator = /[./]/.exec(key)?.[0];
  if (firstSeparator === '/') return key;
  return key.replaceAll(/[./]/g, (separator) => (separator === '.' ? '/' : '.'));
}
