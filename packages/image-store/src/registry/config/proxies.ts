import { BlockList, isIP } from 'node:net';
import type { Environment } from './environment.js';

/**
 * The proxy for a request, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case; none for this machine
 * itself. `NO_PROXY` names hosts with all below them, hosts with ports, addresses, networks, or `*`.
 */
export function findProxy(url: URL, { variables }: Environment): string | undefined {
  const read = (name: string) => variables[name.toLowerCase()] || variables[name] || undefined;
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? read('ALL_PROXY');
  if (proxy === undefined || isLoopback(hostnameOf(url))) return undefined;
  if (isExempt(url, read('NO_PROXY') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** Whether the name or address is this machine's own. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '::1' ||
    (isIP(hostname) === 4 && hostname.startsWith('127.'))
  );
}

/** Without the brackets of an IPv6 address. */
export function hostnameOf({ hostname }: Pick<URL, 'hostname'>): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isExempt(url: URL, list: string): boolean {
  const hostname = hostnameOf(url);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .some((item) => matches(item.toLowerCase(), hostname, port));
}

function matches(item: string, hostname: string, port: string): boolean {
  if (item === '*') return true;
  if (item.includes('/')) return isInNetwork(hostname, item);
  const [, host = item, wanted] = /^(.*[^:]|\[.*\]):(\d+)$/.exec(item) ?? [];
  if (wanted !== undefined && isIP(item) === 0 && wanted !== port) return false;
  const name = (isIP(item) === 0 ? host : item).replace(/^\[(.*)\]$/, '$1').replace(/^\*?\./, '');
  return hostname === name || (isIP(hostname) === 0 && hostname.endsWith(`.${name}`));
}

function isInNetwork(hostname: string, network: string): boolean {
  const family = isIP(hostname);
  const [address = '', bits] = network.split('/');
  if (family === 0 || isIP(address) !== family) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const blocks = new BlockList();
  try {
    blocks.addSubnet(address, Number(bits), type);
  } catch {
    // A prefix that is none matches nothing.
    return false;
  }
  return blocks.check(hostname, type);
}
