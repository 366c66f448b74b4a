import test from 'ava';
import { hollowPlaces, mountPlaces } from '../../../src/engine/copy/hollow-places.js';

const mount = (mountPoint: string, fstype: string) => ({
  id: 1,
  parentId: 0,
  device: '8:1',
  root: '/',
  mountPoint,
  fstype,
});
const MOUNTS = [
  mount('/', 'overlay'),
  mount('/proc', 'proc'),
  mount('/dev', 'tmpfs'),
  mount('/data', 'ext4'),
  mount('/sys/fs/cgroup', 'cgroup2'),
];

test('a copy goes into volumes and not into views of the kernel, unless that is what was asked for', (t) => {
  const paths = ['.', 'proc', 'dev', 'data', 'sys', 'sys/fs/cgroup'];
  t.deepEqual(paths.filter(hollowPlaces(MOUNTS, '/')), ['proc', 'dev', 'sys/fs/cgroup']);
  t.deepEqual(['.', 'fs', 'fs/cgroup'].filter(hollowPlaces(MOUNTS, '/sys/')), ['fs/cgroup']);
  t.deepEqual(['.', 'shm'].filter(hollowPlaces(MOUNTS, '/dev')), []);
  t.deepEqual(paths.filter(mountPlaces(MOUNTS)), ['proc', 'dev', 'data', 'sys/fs/cgroup']);
});
