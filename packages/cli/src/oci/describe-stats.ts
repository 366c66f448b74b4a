import type { CgroupStats } from '@mini/cgroup-manager';

/** v1 writes "unlimited" so; callers compare with it. */
const UNLIMITED = 2 ** 63;

/** The accounts of a cgroup in the form that `runc events` prints. */
export function describeStats({ cpu, memory, pids, io }: CgroupStats) {
  return {
    ...(cpu && {
      cpu: {
        usage: { total: cpu.usageNs, kernel: cpu.systemNs, user: cpu.userNs },
        throttling: { throttledPeriods: cpu.throttledCount, throttledTime: cpu.throttledNs },
      },
    }),
    ...(memory && {
      memory: {
        cache: memory.inactiveFileBytes,
        usage: {
          limit: memory.limitBytes ?? UNLIMITED,
          usage: memory.usageBytes,
          ...(memory.peakBytes === undefined ? {} : { max: memory.peakBytes }),
          failcnt: memory.oomKills,
        },
      },
    }),
    ...(pids && { pids: { current: pids.current, ...(pids.limit === null ? {} : { limit: pids.limit }) } }),
    ...(io && {
      blkio: {
        ioServiceBytesRecursive: [
          { op: 'Read', value: io.readBytes },
          { op: 'Write', value: io.writtenBytes },
        ],
      },
    }),
  };
}
