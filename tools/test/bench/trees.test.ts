import test from 'ava';
import { parseTrees } from '../../src/bench/trees.js';

const line = (point: string, fstype: string, options: string) =>
  `32 31 0:29 / ${point} rw,relatime shared:5 - ${fstype} cgroup ${options}`;

test('trees as mount(2) takes their controllers; the later mount of a directory counts', (t) => {
  const mountinfo = [
    line('/', 'ext4', 'rw'),
    line('/sys/fs/cgroup/cpu', 'cgroup', 'rw,cpu'),
    line('/sys/fs/cgroup/cpu', 'cgroup', 'rw,cpu,cpuacct'),
    line('/sys/fs/cgroup/systemd', 'cgroup', 'rw,name=systemd'),
    line('/sys/fs/cgroup/unified', 'cgroup2', 'rw,nsdelegate'),
    '',
  ].join('\n');
  t.deepEqual(parseTrees(mountinfo), [
    { controllers: 'cpu,cpuacct', mountPoint: '/sys/fs/cgroup/cpu' },
    { controllers: 'none,name=systemd', mountPoint: '/sys/fs/cgroup/systemd' },
    { controllers: 'cgroup2', mountPoint: '/sys/fs/cgroup/unified' },
  ]);
});
