import type { CgroupAccounts, CpuAccounts, IoAccount, IoAccounts, MemoryAccount } from '@mini/cgroup-manager';
import type { Int64 } from '@mini/contracts';

/** What Go's readers of `max` make of it, and compare with. */
const UNLIMITED = 2n ** 64n - 1n;
/** A part that the machine does not count. */
const NOTHING: MemoryAccount = { limitBytes: 0, usageBytes: 0, failures: 0 };

/**
 * The accounts of a cgroup in the form that `runc events` prints, which its callers decode: a member that is zero is left out
 * where runc leaves it out, and one that runc always prints is there.
 */
export function describeStats({ cpu, cpuset, memory, pids, io, hugePages = {} }: CgroupAccounts) {
  return {
    cpu: cpu === undefined ? { usage: { kernel: 0, user: 0 }, throttling: {} } : describeCpu(cpu),
    cpuset: { ...unlessEmpty('cpus', cpuset?.cpus), ...unlessEmpty('mems', cpuset?.mems), ...cpuset?.flags },
    memory: {
      cache: unlessZero(memory?.cacheBytes),
      usage: describeMemory(memory?.memory),
      swap: describeMemory(memory?.swap),
      kernel: describeMemory(memory?.kernel),
      kernelTCP: describeMemory(memory?.kernelTcp),
      raw: memory?.stat,
    },
    pids: { current: unlessZero(pids?.current), limit: unlessZero(pids?.limit ?? 0) },
    blkio: io === undefined ? {} : describeIo(io),
    hugetlb: Object.fromEntries(
      Object.entries(hugePages).map(([size, { usageBytes, peakBytes, failures }]) => [
        size,
        { usage: unlessZero(usageBytes), max: unlessZero(peakBytes), failcnt: failures },
      ]),
    ),
    intel_rdt: {},
    network_interfaces: null,
  };
}

function describeCpu({ usageNs, systemNs, userNs, perCpu, ...quota }: CpuAccounts) {
  return {
    usage: {
      total: unlessZero(usageNs),
      ...unlessEmpty('percpu', perCpu?.usageNs),
      ...unlessEmpty('percpu_kernel', perCpu?.systemNs),
      ...unlessEmpty('percpu_user', perCpu?.userNs),
      kernel: systemNs,
      user: userNs,
    },
    throttling: {
      periods: unlessZero(quota.periods),
      throttledPeriods: unlessZero(quota.throttledPeriods),
      throttledTime: unlessZero(quota.throttledNs),
    },
  };
}

function describeMemory({ limitBytes, usageBytes, peakBytes, failures }: MemoryAccount = NOTHING) {
  return {
    limit: limitBytes ?? UNLIMITED,
    usage: unlessZero(usageBytes),
    max: unlessZero(peakBytes),
    failcnt: failures,
  };
}

function describeIo(io: IoAccounts) {
  return {
    ...describeTable('ioServiceBytesRecursive', io.serviceBytes),
    ...describeTable('ioServicedRecursive', io.serviced),
    ...describeTable('ioQueueRecursive', io.queued),
    ...describeTable('ioServiceTimeRecursive', io.serviceTime),
    ...describeTable('ioWaitTimeRecursive', io.waitTime),
    ...describeTable('ioMergedRecursive', io.merged),
    ...describeTable('ioTimeRecursive', io.time),
    ...describeTable('sectorsRecursive', io.sectors),
  };
}

function describeTable(name: string, table: readonly IoAccount[]) {
  const lines = table.map(({ major, minor, operation, value }) => ({
    major: unlessZero(major),
    minor: unlessZero(minor),
    op: operation,
    value: unlessZero(value),
  }));
  return unlessEmpty(name, lines);
}

function unlessZero(value: Int64 | undefined): Int64 | undefined {
  return value === 0 ? undefined : value;
}

function unlessEmpty(name: string, list: readonly unknown[] = []): Record<string, unknown> {
  return list.length === 0 ? {} : { [name]: list };
}
