import type { CapabilityName } from '@mini/contracts';
import type { CallGroup } from './allowed-calls.js';

/** Calls that are denied unless the container was given one of these capabilities, which make them work. */
export interface UnlockedGroup extends CallGroup {
  readonly capabilities: readonly CapabilityName[];
}

const words = (text: string) => text.trim().split(/\s+/);

/**
 * Denied to a container with the default capabilities, although the kernel asks for a capability too: in a user
 * namespace of its own, which the kernel lets any user make, a process has them all, and most of the kernel's holes
 * were found behind that door.
 */
export const UNLOCKED_CALLS: readonly UnlockedGroup[] = [
  {
    topic: 'mounts and namespaces',
    reason:
      'they rebuild what the container is made of; new namespaces open kernel code that was written for root alone',
    capabilities: ['CAP_SYS_ADMIN'],
    names:
      words(`fanotify_init fanotify_mark fsconfig fsmount fsopen fspick lookup_dcookie mount mount_setattr move_mount
      open_tree pivot_root quotactl quotactl_fd setdomainname sethostname setns umount umount2 unshare`),
  },
  {
    topic: 'programs in the kernel',
    reason: 'BPF programs see and change what other processes do; their verifier has been wrong before',
    capabilities: ['CAP_SYS_ADMIN', 'CAP_BPF'],
    names: words('bpf'),
  },
  {
    topic: 'performance counters',
    reason: 'they tell about other processes and the kernel, and were a way into it',
    capabilities: ['CAP_SYS_ADMIN', 'CAP_PERFMON'],
    names: words('perf_event_open'),
  },
  {
    topic: "the kernel's log",
    reason: 'it holds addresses of the kernel and the business of others',
    capabilities: ['CAP_SYS_ADMIN', 'CAP_SYSLOG'],
    names: words('syslog'),
  },
  {
    topic: 'files by handle',
    reason:
      'a handle names any file of the file system, also outside of the root (the "shocker" escape of 2014)',
    capabilities: ['CAP_DAC_READ_SEARCH'],
    names: words('open_by_handle_at'),
  },
  {
    topic: 'other processes in depth',
    reason: 'they take descriptors and memory of another process, or compare its kernel objects',
    capabilities: ['CAP_SYS_PTRACE'],
    names: words('kcmp pidfd_getfd process_madvise'),
  },
  {
    topic: 'memory of NUMA nodes',
    reason: 'it places memory against the interest of the machine, and tells where others lie',
    capabilities: ['CAP_SYS_NICE'],
    names: words('get_mempolicy mbind migrate_pages move_pages set_mempolicy set_mempolicy_home_node'),
  },
  {
    topic: 'modules',
    reason: 'code in the kernel',
    capabilities: ['CAP_SYS_MODULE'],
    names: words('delete_module finit_module init_module'),
  },
  {
    topic: 'input and output ports',
    reason: 'hardware, past the kernel',
    capabilities: ['CAP_SYS_RAWIO'],
    names: words('ioperm iopl pciconfig_iobase pciconfig_read pciconfig_write'),
  },
  {
    topic: 'the clock',
    reason: 'one for the whole machine',
    capabilities: ['CAP_SYS_TIME'],
    names: words('clock_settime clock_settime64 settimeofday stime'),
  },
  {
    topic: 'rebooting',
    reason: 'outside of a PID namespace of its own it takes the machine down',
    capabilities: ['CAP_SYS_BOOT'],
    names: words('reboot'),
  },
  {
    topic: 'accounting',
    reason: 'one file for the whole machine',
    capabilities: ['CAP_SYS_PACCT'],
    names: words('acct'),
  },
  {
    topic: 'hanging up terminals',
    reason: 'it revokes a terminal from those who use it',
    capabilities: ['CAP_SYS_TTY_CONFIG'],
    names: words('vhangup'),
  },
];
