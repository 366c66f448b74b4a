import type { Mount } from '@mini/contracts';

/** What the default mounts depend on. */
export interface DefaultMountOptions {
  /** Size of /dev/shm in bytes; 64 MiB when absent. */
  readonly shmSizeBytes?: number;
  /** Shared memory and message queues of the host's IPC namespace. */
  readonly ipc?: 'private' | 'host';
  /** Writable /sys and control groups. */
  readonly privileged?: boolean;
  /** Group of new terminals, as the container counts; 5 (`tty`) when absent, `null` when it is not mapped. */
  readonly terminalGid?: number | null;
}

const SHM_BYTES = 64 * 1024 * 1024;

/**
 * The mounts that a container has beside those its user asks for; a mount of the user's on the same destination
 * takes the place of one. /proc and /sys show the namespaces of the process that mounts them, so `--pid host` and
 * `--network host` need no other mounts here.
 */
export function defaultMounts(options: DefaultMountOptions = {}): Mount[] {
  const { shmSizeBytes = SHM_BYTES, ipc = 'private', privileged = false, terminalGid = 5 } = options;
  const access = privileged ? 'rw' : 'ro';
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: [
        ...['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
        ...(terminalGid === null ? [] : [`gid=${terminalGid}`]),
      ],
    },
    ipc === 'host' ? hostSharedMemory : ownSharedMemory(shmSizeBytes),
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
    {
      destination: '/sys',
      type: 'sysfs',
      source: 'sysfs',
      options: ['nosuid', 'noexec', 'nodev', access],
    },
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: ['nosuid', 'noexec', 'nodev', access],
    },
  ];
}

function ownSharedMemory(sizeBytes: number): Mount {
  return {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${sizeBytes}`],
  };
}

const hostSharedMemory: Mount = {
  destination: '/dev/shm',
  type: 'bind',
  source: '/dev/shm',
  options: ['bind', 'nosuid', 'noexec', 'nodev'],
};
