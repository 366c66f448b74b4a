/** System calls that every container may make, by topic. */
export interface CallGroup {
  readonly topic: string;
  readonly reason: string;
  readonly names: readonly string[];
}

const words = (text: string) => text.trim().split(/\s+/);

/**
 * What programs are made of. Each acts on what the process has already (its files, its memory, its children), or the
 * kernel asks for a capability that containers do not have. Their 32-bit forms stand beside them.
 */
export const ALLOWED_CALLS: readonly CallGroup[] = [
  {
    topic: 'files',
    reason:
      'the mount namespace and permissions say which; mknod, chown and chroot ask for a capability, device nodes are held by the device rules',
    names:
      words(`access chdir chmod chown chown32 chroot close close_range copy_file_range creat dup dup2 dup3
      arm_fadvise64_64 arm_sync_file_range cachestat
      faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl
      fcntl64 fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync
      ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1
      inotify_rm_watch ioctl lchown lchown32 lgetxattr link linkat listxattr llistxattr lremovexattr _llseek lseek lsetxattr
      lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64 preadv
      preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv removexattr rename renameat renameat2 rmdir
      sendfile sendfile64 setxattr splice stat stat64 statfs statfs64 statx symlink symlinkat sync sync_file_range syncfs tee
      truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev`),
  },
  {
    topic: 'memory',
    reason: 'that of the process itself; how much is bounded by its limits and its cgroup',
    names:
      words(`brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2
      mprotect mremap msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages`),
  },
  {
    topic: 'processes and threads',
    reason: 'those of the PID namespace; clone has a rule of its own',
    names:
      words(`arch_prctl capget capset execve execveat exit exit_group fork get_robust_list get_thread_area getcpu
      getpgid getpgrp getpid getppid getpriority getrlimit getrusage getsid gettid ioprio_get ioprio_set kill modify_ldt nice
      pidfd_open pidfd_send_signal prctl prlimit64 process_mrelease restart_syscall rseq set_robust_list set_thread_area
      set_tid_address setpgid setpriority setrlimit setsid tgkill times tkill ugetrlimit vfork wait4 waitid waitpid
      breakpoint cacheflush get_tls set_tls`),
  },
  {
    topic: 'tracing',
    reason:
      'of processes of the same user namespace; since Linux 4.8 a filter runs after the tracer and cannot be got round by it',
    names: words('process_vm_readv process_vm_writev ptrace'),
  },
  {
    topic: 'restricting oneself',
    reason: 'can only take rights away',
    names: words('landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp'),
  },
  {
    topic: 'users and groups',
    reason: 'changing them asks for CAP_SETUID or CAP_SETGID, which package managers and daemons need',
    names:
      words(`getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32
      getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32
      setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32`),
  },
  {
    topic: 'scheduling',
    reason: 'real-time policies and higher priorities ask for CAP_SYS_NICE',
    names: words(`sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
      sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam
      sched_setscheduler sched_yield`),
  },
  {
    topic: 'signals',
    reason: 'sent within the PID namespace only',
    names: words(`alarm getitimer pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
      rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo setitimer sigaction sigaltstack signal signalfd
      signalfd4 sigpending sigprocmask sigreturn sigsuspend`),
  },
  {
    topic: 'time',
    reason: 'reading and waiting; adjusting the clock by these asks for CAP_SYS_TIME',
    names:
      words(`adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
      clock_nanosleep clock_nanosleep_time64 gettimeofday nanosleep time timer_create timer_delete timer_getoverrun
      timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64
      timerfd_settime timerfd_settime64`),
  },
  {
    topic: 'waiting for events',
    reason: 'on descriptors and memory that the process has',
    names:
      words(`epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old
      eventfd eventfd2 futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake io_cancel io_destroy io_getevents
      io_pgetevents io_pgetevents_time64 io_setup io_submit _newselect poll ppoll ppoll_time64 pselect6 pselect6_time64
      select`),
  },
  {
    topic: 'sockets',
    reason: 'of the network namespace; which families can be made is a rule of its own',
    names: words(`accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
      recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown`),
  },
  {
    topic: 'System V IPC and message queues',
    reason: 'of the IPC namespace',
    names: words(`ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
      mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl
      shmdt shmget`),
  },
  {
    topic: 'the machine',
    reason: 'what any user can know of it',
    names: words('getrandom sysinfo uname'),
  },
];
