import type { MeantDifference } from './compare.js';

/** The whole list of what may differ between the sides. Whatever else does, the benchmark fails. */
export const MEANT_DIFFERENCES: readonly MeantDifference[] = [
  {
    sides: ['crun run', 'runc run'],
    facts: /^mount \/(proc\/(acpi|asound|scsi)|sys\/(firmware|fs\/selinux|devices\/virtual\/powercap))$/,
    reason:
      'the tmpfs over a masked directory has other options: mini makes it as small and as harmless as it can be',
  },
  {
    sides: ['crun run'],
    facts: /^mount \/proc\/(interrupts|kcore|keys|latency_stats|sched_debug|timer_list|timer_stats)$/,
    reason: "masked files lie under the host's /dev/null, mini's under the container's own",
  },
  {
    sides: ['crun run'],
    facts: /^mount \/proc\/(bus|fs|irq|sys|sysrq-trigger)$/,
    reason: 'read-only paths lose nosuid, nodev and noexec of the mount below',
  },
  {
    sides: ['crun run', 'runc run'],
    facts: /^mount \/sys\/fs\/cgroup$/,
    reason: 'the directory of the v1 trees stays writable',
  },
  {
    sides: ['runc run'],
    facts: /^mount \/sys$/,
    reason: 'the file system is read-only as a whole, not this mount of it alone',
  },
  { sides: ['runc run'], facts: /^device \/dev\/core$/, reason: 'the link is not made' },
];
