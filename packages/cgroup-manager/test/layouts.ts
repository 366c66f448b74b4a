/** Texts of machines as they are met, and the layouts they describe. */
import type { CgroupLayout, Hierarchy } from '../src/index.js';

export const SYSTEMD_V2 = {
  mountinfo: `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
29 23 0:25 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
`,
  ownCgroup: '0::/user.slice/user-1000.slice/session-2.scope\n',
  controllers: 'cpuset cpu io memory hugetlb pids rdma misc\n',
};

export const HYBRID_SEPARATE = {
  mountinfo: `23 22 0:21 / /sys rw,relatime - sysfs sysfs rw
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
36 31 0:33 / /sys/fs/cgroup/devices rw,relatime - cgroup cgroup rw,devices
37 31 0:34 / /sys/fs/cgroup/freezer rw,relatime - cgroup cgroup rw,freezer
38 31 0:35 / /sys/fs/cgroup/blkio rw,relatime - cgroup cgroup rw,blkio
39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`,
  ownCgroup: `9:name=systemd:/init.scope
8:pids:/
7:blkio:/
6:freezer:/
5:devices:/
4:memory:/agent/one
3:cpuset:/
2:cpuacct:/
1:cpu:/
0::/
`,
  controllers: 'hugetlb\n',
};

/** A distribution of 2018: `cpu` and `cpuacct` in one tree, with links that mountinfo does not show. */
export const V1_JOINT = {
  mountinfo: `24 18 0:22 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,mode=755
26 24 0:24 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,release_agent=/lib/systemd/systemd-cgroups-agent,name=systemd
30 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
31 24 0:29 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
32 24 0:30 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,pids
`,
  ownCgroup: `11:cpu,cpuacct:/user.slice
10:memory:/user.slice
8:pids:/user.slice/user-0.slice
1:name=systemd:/user.slice/user-0.slice/session-1.scope
`,
  controllers: '',
};

/** WSL 2 mounts both kinds, and v2 over a directory of its own. */
export const WSL = {
  mountinfo: `60 52 0:33 / /sys rw,nosuid,nodev,noexec,noatime - sysfs sysfs rw
72 60 0:41 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,size=4096k,nr_inodes=1024,mode=755
73 72 0:42 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup2 rw,nsdelegate
74 72 0:43 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpuset
75 72 0:44 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,memory
99 52 0:50 / /mnt/wsl\\040shared rw,relatime shared:1 - tmpfs none rw
`,
  ownCgroup: '2:memory:/\n1:cpuset:/\n0::/\n',
  controllers: '\n',
};

/** In a container that sees only its own part of the tree, though it has no cgroup namespace. */
export const CONTAINER_WITHOUT_NAMESPACE = {
  mountinfo: `831 822 0:25 /docker/abc /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate
`,
  ownCgroup: '0::/docker/abc/worker\n',
  controllers: 'cpu memory pids\n',
};

/** In a container with a cgroup namespace, whose mount is made in it. */
export const CONTAINER_WITH_NAMESPACE = {
  mountinfo: '831 822 0:25 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate\n',
  ownCgroup: '0::/\n',
  controllers: 'cpu memory pids\n',
};

export const NOTHING_MOUNTED = {
  mountinfo: '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n23 22 0:21 / /sys rw - sysfs sysfs rw\n',
  ownCgroup: '0::/\n',
  controllers: '',
};

function tree(version: 1 | 2, controllers: string[], root: string): Hierarchy {
  const name = version === 2 ? 'unified' : controllers.join().replace('name=', '');
  return { version, controllers, mountPoint: `${root}/${name}`, mountRoot: '/', ownPath: '/' };
}

/** Separate v1 trees and a v2 tree without controllers of ours, below `root`. */
export function makeHybridLayout(root: string): CgroupLayout {
  const v1 = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'name=systemd'];
  return {
    mode: 'hybrid',
    hierarchies: [...v1.map((name) => tree(1, [name], root)), tree(2, ['hugetlb'], root)],
  };
}

/** One v2 tree at `root`. */
export function makeV2Layout(
  root: string,
  controllers = ['cpuset', 'cpu', 'io', 'memory', 'pids'],
): CgroupLayout {
  return {
    mode: 'v2',
    hierarchies: [{ version: 2, controllers, mountPoint: root, mountRoot: '/', ownPath: '/' }],
  };
}
