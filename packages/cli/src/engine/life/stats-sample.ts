import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { type CgroupStats, openCgroup } from '@mini/cgroup-manager';
import type { Container } from '../containers.js';
import type { Engine } from '../engine.js';
import { networkOf } from './filter-containers.js';

/** What a container has used up to a moment. */
export interface StatsSample {
  /** Of a clock that is never set. */
  readonly atMs: number;
  readonly stats: CgroupStats;
  readonly network: NetworkCounts;
}

export interface NetworkCounts {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** What a container uses of the machine. */
export interface ContainerStats {
  readonly id: string;
  readonly name: string;
  /** Of one CPU: 200 is two CPUs kept busy. */
  readonly cpuPercent: number;
  /** Without what of the page cache can be dropped at once. */
  readonly memoryBytes: number;
  /** The machine's memory when there is no limit. */
  readonly memoryLimitBytes: number;
  readonly memoryPercent: number;
  readonly network: NetworkCounts;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly pids: number;
}

/** Reads what a container has used; nothing for one that does not run or has no group of its own. */
export function takeSample({ layout }: Engine, container: Container): StatsSample {
  const { id, state } = container;
  const cgroup = state.status === 'running' ? openCgroup(layout, `/mini/${id}`) : undefined;
  return { atMs: performance.now(), stats: cgroup?.stats() ?? {}, network: readNetwork(container) };
}

/** A container in the host's network namespace has no traffic of its own. */
function readNetwork(container: Container): NetworkCounts {
  const { state } = container;
  if (state.status !== 'running' || networkOf(container) === 'host')
    return { receivedBytes: 0, sentBytes: 0 };
  try {
    return parseNetworkCounts(readFileSync(`/proc/${state.pid}/net/dev`, 'utf8'));
  } catch {
    return { receivedBytes: 0, sentBytes: 0 };
  }
}

/** The sums over all interfaces but the loopback. Source: proc_pid_net(5). */
export function parseNetworkCounts(text: string): NetworkCounts {
  let [receivedBytes, sentBytes] = [0, 0];
  for (const [, name, numbers = ''] of text.matchAll(/^\s*([^\s:]+):(.*)$/gm)) {
    if (name === 'lo') continue;
    const fields = numbers.trim().split(/\s+/).map(Number);
    receivedBytes += fields[0] ?? 0;
    sentBytes += fields[8] ?? 0;
  }
  return { receivedBytes, sentBytes };
}

/** What is used at the second of two moments, CPU time between both. A pure function. */
export function compareSamples(
  { id, name }: Pick<Container, 'id' | 'name'>,
  before: StatsSample,
  now: StatsSample,
  machineBytes = totalmem(),
): ContainerStats {
  const { memory, cpu, io, pids } = now.stats;
  const wallMs = now.atMs - before.atMs;
  const cpuNs = (cpu?.usageNs ?? 0) - (before.stats.cpu?.usageNs ?? 0);
  const memoryBytes = Math.max(0, (memory?.usageBytes ?? 0) - (memory?.inactiveFileBytes ?? 0));
  const memoryLimitBytes =
    memory === undefined ? 0 : Math.min(memory.limitBytes ?? machineBytes, machineBytes);
  return {
    id,
    name,
    cpuPercent: wallMs > 0 ? Math.max(0, cpuNs / 1e4 / wallMs) : 0,
    memoryBytes,
    memoryLimitBytes,
    memoryPercent: memoryLimitBytes > 0 ? (100 * memoryBytes) / memoryLimitBytes : 0,
    network: now.network,
    readBytes: io?.readBytes ?? 0,
    writtenBytes: io?.writtenBytes ?? 0,
    pids: pids?.current ?? 0,
  };
}
