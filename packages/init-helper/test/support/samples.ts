import { CLONE, MS, makeDeviceNumber, type Step } from '@mini/contracts';
import { execSteps, proc } from './root.js';

/** One valid step of each kind, where the two that have a fixed place are left out: a Plan is `closed` by them. */
export const sampleSteps: readonly Step[] = [
  { op: 'barrier', id: 7 },
  { op: 'propagation', propagation: MS.SLAVE },
  { op: 'root_fs', fstype: 'tmpfs', source: '', options: ['mode=755', 'ro'], attributes: 6 },
  { op: 'root_tree', source: '/srv/root', recursive: 1 },
  { op: 'root_fd', fd: 5 },
  proc,
  {
    op: 'bind',
    source: '/home',
    fd: -1,
    target: '/home',
    targetKind: 3,
    recursive: 1,
    attributesSet: 1,
    attributesClear: 0x70,
    attributesRecursive: 1,
    propagation: MS.PRIVATE,
  },
  {
    op: 'mount_attributes',
    target: '/',
    attributesSet: 1,
    attributesClear: 0,
    recursive: 0,
    propagation: 0,
  },
  { op: 'mkdir', path: '/a/b', mode: 0o1777 },
  { op: 'symlink', content: '/proc/self/fd', path: '/dev/fd', tolerates: ['EEXIST'] },
  {
    op: 'mknod',
    path: '/dev/null',
    mode: 0o20666,
    device: makeDeviceNumber(1, 3),
    uid: 0,
    gid: 5,
    tolerates: ['EPERM', 'EACCES'],
    otherwise: { op: 'mkdir', path: '/dev/nothing', mode: 0 },
  },
  { op: 'pivot_root' },
  { op: 'mask', path: '/proc/kcore', tolerates: ['ENOENT'] },
  { op: 'read_only', path: '/proc/sys' },
  { op: 'hostname', name: 'inside' },
  { op: 'domainname', name: '' },
  { op: 'write_proc', path: '/proc/sys/net/ipv4/ping_group_range', value: '0 1' },
  { op: 'unshare', flags: CLONE.NEWCGROUP },
  { op: 'loopback_up' },
  { op: 'rlimit', resource: 7, soft: 1024, hard: 0xffffffffffffffffn },
  { op: 'bounding_set', mask: 0x3fffffffff },
  { op: 'keep_capabilities' },
  { op: 'groups', gids: [0, 1000, 0xfffffffe] },
  { op: 'gid', gid: 1000 },
  { op: 'uid', uid: 1000 },
  { op: 'capabilities', effective: 1, permitted: 3, inheritable: 0 },
  { op: 'ambient_set', mask: 0 },
  { op: 'no_new_privileges' },
  { op: 'seccomp', flags: 0, program: new Uint8Array([6, 0, 0, 0, 0, 0, 0xff, 0x7f]) },
  { op: 'umask', mask: 0o22 },
  { op: 'chdir', path: '/' },
  { op: 'chown_fd', fd: 1, uid: 1000, gid: 1000 },
  { op: 'setsid' },
  { op: 'terminal', rows: 24, columns: 80, uid: 0, console: 1 },
  { op: 'become_init' },
  { op: 'dumpable', value: 0 },
];

/** A valid Plan around these steps. */
export function close(steps: readonly Step[]): Step[] {
  return [...steps, ...execSteps('sh', '-c', 'true')];
}
