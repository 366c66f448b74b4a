import type { CallGroup } from './allowed-calls.js';

const words = (text: string) => text.trim().split(/\s+/);

/**
 * Calls that no capability unlocks, for the reader and for the test that no call of the kernel was forgotten: the filter
 * denies whatever it does not name. Who needs one brings a profile.
 */
export const DENIED_CALLS: readonly CallGroup[] = [
  {
    topic: 'keys',
    reason:
      'keyrings are not namespaced: what one container stores or counts, another user of the machine sees',
    names: words('add_key keyctl request_key'),
  },
  {
    topic: 'asynchronous rings',
    reason: 'io_uring makes calls on behalf of the process that no filter sees, and had many holes',
    names: words('io_uring_enter io_uring_register io_uring_setup'),
  },
  {
    topic: 'faults handled by programs',
    reason: 'userfaultfd stops the kernel in the middle of a copy, which turns races in it into certainties',
    names: words('userfaultfd'),
  },
  {
    topic: 'another kernel, and swap',
    reason: 'the whole machine',
    names: words('kexec_file_load kexec_load swapoff swapon'),
  },
  {
    topic: 'virtual 8086 mode',
    reason: 'rarely built, hardly tested; nothing of today uses it',
    names: words('vm86 vm86old'),
  },
  {
    topic: 'what newer calls have replaced',
    reason: 'kept by kernels for binaries of the last century; no C library of today calls it',
    names:
      words(`bdflush getpmsg gtty idle oldfstat oldlstat oldolduname oldstat olduname readdir sgetmask ssetmask stty
      sysfs ulimit uselib ustat _sysctl`),
  },
  {
    topic: 'what kernels no longer have',
    reason: 'numbers that answer ENOSYS, or are kept for nobody',
    names:
      words(`afs_syscall break create_module ftime get_kernel_syms lock mpx nfsservctl prof profil putpmsg query_module
      security tuxcall usr26 usr32 vserver`),
  },
];
