import type { MalformedRow } from './malformed-documents.js';

/** Namespaces, ids and clocks: config-linux.md. */
export const LINUX_ROWS: readonly MalformedRow[] = [
  ['linux', [], 'an array is not an object (linux)'],
  ['linux', null, 'null is not an object (linux)'],
  ['linux.namespaces', {}, 'an object is not an array (linux.namespaces)'],
  [
    'linux.namespaces',
    ['pid'],
    '"pid" is not an object (linux.namespaces[0]); it needs a namespace of type "uts" (hostname)',
  ],
  ['linux.namespaces', [{}, { type: 'uts' }], 'it is missing (linux.namespaces[0].type)'],
  [
    'linux.namespaces',
    [{ type: 'net' }, { type: 'uts' }],
    '"net" is not one of pid, network, mount, ipc, uts, user, cgroup, time (linux.namespaces[0].type)',
  ],
  [
    'linux.namespaces',
    [{ type: 'PID' }, { type: 'uts' }],
    '"PID" is not one of pid, network, mount, ipc, uts, user, cgroup, time (linux.namespaces[0].type)',
  ],
  [
    'linux.namespaces',
    [{ type: 'uts' }, { type: 'pid' }, { type: 'pid' }],
    '"pid" is given twice (linux.namespaces[2].type)',
  ],
  [
    'linux.namespaces',
    [{ type: 'uts' }, { type: 'pid', path: 'proc/1/ns/pid' }],
    '"proc/1/ns/pid" is not an absolute path (linux.namespaces[1].path)',
  ],
  [
    'linux.namespaces',
    [{ type: 'uts' }, { type: 'pid', path: '/proc/1\u0000/ns' }],
    '"/proc/1\\u0000/ns" is not a string without NUL (linux.namespaces[1].path)',
  ],
  ['linux.namespaces', [{ type: 'mount' }], 'it needs a namespace of type "uts" (hostname)'],
  [
    'linux.namespaces',
    [{ type: 'uts' }, { type: 'user' }],
    'a new namespace of type "user" needs it (linux.uidMappings); a new namespace of type "user" needs it (linux.gidMappings)',
  ],
  ['linux.gidMappings', {}, 'an object is not an array (linux.gidMappings)'],
  ['linux.gidMappings', [{ containerID: 0, hostID: 0 }], 'it is missing (linux.gidMappings[0].size)'],
  [
    'linux.uidMappings',
    [{ containerID: 0, hostID: 0, size: '1' }],
    '"1" is not a whole number from 1 to 4294967295 (linux.uidMappings[0].size)',
  ],
  [
    'linux',
    {
      namespaces: [{ type: 'uts' }, { type: 'user' }],
      uidMappings: [
        { containerID: 0, hostID: 1000, size: 10 },
        { containerID: 5, hostID: 2000, size: 10 },
      ],
      gidMappings: [
        { containerID: 0, hostID: 1000, size: 10 },
        { containerID: 10, hostID: 1009, size: 1 },
      ],
    },
    'the ids from 5 are in mapping 0 too (linux.uidMappings[1].containerID); the ids from 1009 are in mapping 0 too (linux.gidMappings[1].hostID)',
  ],
  [
    'linux',
    {
      namespaces: [{ type: 'uts' }, { type: 'user' }],
      uidMappings: [{ containerID: 1, hostID: 0, size: 4294967295 }],
      gidMappings: [{ containerID: 0, hostID: 4294967296, size: 1 }],
    },
    '4294967296 is not a whole number from 0 to 4294967295 (linux.gidMappings[0].hostID); 4294967295 ids from 1 end above the last id, 4294967294 (linux.uidMappings[0].containerID)',
  ],
  [
    'linux.timeOffsets',
    { monotonic: { secs: 1 } },
    'it needs a new namespace of type "time" (linux.timeOffsets)',
  ],
  [
    'linux.timeOffsets',
    { boottime: { secs: 9223372036854775808n } },
    '9223372036854775808 is not a whole number from -9223372036854775808 to 9223372036854775807 (linux.timeOffsets.boottime.secs); it needs a new namespace of type "time" (linux.timeOffsets)',
  ],
  [
    'linux.timeOffsets',
    { boottime: { nanosecs: 1000000000 } },
    '1000000000 is not a whole number from 0 to 999999999 (linux.timeOffsets.boottime.nanosecs); it needs a new namespace of type "time" (linux.timeOffsets)',
  ],
  ['linux.timeOffsets', [], 'an array is not an object (linux.timeOffsets)'],
];

/** Devices and paths. */
export const DEVICE_ROWS: readonly MalformedRow[] = [
  ['linux.devices', {}, 'an object is not an array (linux.devices)'],
  ['linux.devices', [{ path: '/dev/x' }], 'it is missing (linux.devices[0].type)'],
  ['linux.devices', [{ type: 'x', path: '/dev/x' }], '"x" is not one of c, b, u, p (linux.devices[0].type)'],
  [
    'linux.devices',
    [{ type: 'c', path: '/dev/x' }],
    'a device of type "c" needs it (linux.devices[0].major); a device of type "c" needs it (linux.devices[0].minor)',
  ],
  [
    'linux.devices',
    [{ type: 'c', path: '/dev/x', major: -1, minor: 0 }],
    '-1 is not a whole number from 0 to 4095 (linux.devices[0].major)',
  ],
  [
    'linux.devices',
    [{ type: 'b', path: '/dev/x', major: 4096, minor: 1048576 }],
    '4096 is not a whole number from 0 to 4095 (linux.devices[0].major); 1048576 is not a whole number from 0 to 1048575 (linux.devices[0].minor)',
  ],
  [
    'linux.devices',
    [{ type: 'p', path: 'dev/x' }],
    '"dev/x" is not an absolute path (linux.devices[0].path)',
  ],
  ['linux.devices', [{ type: 'p' }], 'it is missing (linux.devices[0].path)'],
  [
    'linux.devices',
    [{ type: 'p', path: '/dev/x', fileMode: '0666' }],
    '"0666" is not a whole number from 0 to 65535 (linux.devices[0].fileMode)',
  ],
  [
    'linux.devices',
    [{ type: 'p', path: '/dev/x', fileMode: 25014 }],
    '060666 is not the mode of a device of type "p" (linux.devices[0].fileMode)',
  ],
  [
    'linux.devices',
    [{ type: 'p', path: '/dev/x', uid: -1 }],
    '-1 is not a whole number from 0 to 4294967294 (linux.devices[0].uid)',
  ],
  [
    'linux.devices',
    [{ type: 'p', path: '/dev/x', gid: 4294967295 }],
    '4294967295 is not a whole number from 0 to 4294967294 (linux.devices[0].gid)',
  ],
  [
    'linux.netDevices',
    { eth0: { name: 'a/b' } },
    '"a/b" is not the name of a network interface (linux.netDevices["eth0"].name)',
  ],
  [
    'linux.netDevices',
    { averylonginterfacename: {} },
    '"averylonginterfacename" is not the name of a network interface (linux.netDevices["averylonginterfacename"])',
  ],
  [
    'linux.netDevices',
    { eth0: { name: 'x' }, eth1: { name: 'x' } },
    '"x" is given twice (linux.netDevices["eth1"])',
  ],
  ['linux.netDevices', { eth0: null }, 'null is not an object (linux.netDevices["eth0"])'],
  ['linux.cgroupsPath', '../../escape', '"../../escape" is not a path without ".." (linux.cgroupsPath)'],
  ['linux.cgroupsPath', '/a/../../b', '"/a/../../b" is not a path without ".." (linux.cgroupsPath)'],
  ['linux.cgroupsPath', 5, '5 is not a string (linux.cgroupsPath)'],
  ['linux.cgroupsPath', '/a\u0000b', '"/a\\u0000b" is not a string without NUL (linux.cgroupsPath)'],
  [
    'linux.rootfsPropagation',
    'follow',
    '"follow" is not one of private, slave, shared, unbindable, rprivate, rslave, rshared, runbindable (linux.rootfsPropagation)',
  ],
  [
    'linux.rootfsPropagation',
    7,
    '7 is not one of private, slave, shared, unbindable, rprivate, rslave, rshared, runbindable (linux.rootfsPropagation)',
  ],
  ['linux.maskedPaths', ['proc/kcore'], '"proc/kcore" is not an absolute path (linux.maskedPaths[0])'],
  ['linux.maskedPaths', '/proc/kcore', '"/proc/kcore" is not an array (linux.maskedPaths)'],
  ['linux.maskedPaths', ['/proc\u0000'], '"/proc\\u0000" is not a string without NUL (linux.maskedPaths[0])'],
  ['linux.readonlyPaths', ['../proc'], '"../proc" is not an absolute path (linux.readonlyPaths[0])'],
  ['linux.readonlyPaths', [1], '1 is not a string (linux.readonlyPaths[0])'],
  ['linux.mountLabel', 1, '1 is not a string (linux.mountLabel)'],
  ['linux.mountLabel', 'x\u0000', '"x\\u0000" is not a string without NUL (linux.mountLabel)'],
];

/** Settings of the kernel. */
export const SETTING_ROWS: readonly MalformedRow[] = [
  ['linux.sysctl', [], 'an array is not an object (linux.sysctl)'],
  [
    'linux.sysctl',
    { 'kernel.panic': '1' },
    'it belongs to no namespace: it would change the host (linux.sysctl["kernel.panic"])',
  ],
  [
    'linux.sysctl',
    { 'kernel.shm_rmid_forced+': '1' },
    'it is not the name of a kernel setting (linux.sysctl["kernel.shm_rmid_forced+"])',
  ],
  [
    'linux.sysctl',
    { 'net.ipv4.ip_forward\n': '1' },
    'it is not the name of a kernel setting (linux.sysctl["net.ipv4.ip_forward\\n"])',
  ],
  [
    'linux.sysctl',
    { 'net/../kernel/core_pattern': '|/bin/x' },
    'it is not the name of a kernel setting (linux.sysctl["net/../kernel/core_pattern"])',
  ],
  [
    'linux.sysctl',
    { 'net...kernel.core_pattern': '|/bin/x' },
    'it is not the name of a kernel setting (linux.sysctl["net...kernel.core_pattern"])',
  ],
  ['linux.sysctl', { '': '1' }, 'it is not the name of a kernel setting (linux.sysctl[""])'],
  [
    'linux.sysctl',
    { 'kernel.hostname': 'x' },
    'the field "hostname" sets it (linux.sysctl["kernel.hostname"])',
  ],
  ['linux.sysctl', { 'net.ipv4.ip_forward': 1 }, '1 is not a string (linux.sysctl["net.ipv4.ip_forward"])'],
  [
    'linux.sysctl',
    { 'net.ipv4.ip_forward': '1\n2' },
    '"1\\n2" is not one line (linux.sysctl["net.ipv4.ip_forward"])',
  ],
  [
    'linux.sysctl',
    { 'net.ipv4.ip_forward': '1\u0000' },
    '"1\\u0000" is not a string without NUL (linux.sysctl["net.ipv4.ip_forward"])',
  ],
  [
    'linux.sysctl',
    { 'fs.mqueue.msg_max': '10' },
    'it needs a namespace of type "ipc" (linux.sysctl["fs.mqueue.msg_max"])',
  ],
  [
    'linux.sysctl',
    { 'kernel.core_pattern': '|/bin/x' },
    'it belongs to no namespace: it would change the host (linux.sysctl["kernel.core_pattern"])',
  ],
  ['linux.intelRdt', { closID: '../x' }, '"../x" is not the name of a file (linux.intelRdt.closID)'],
  ['linux.intelRdt', { closID: 'a/b' }, '"a/b" is not the name of a file (linux.intelRdt.closID)'],
  [
    'linux.intelRdt',
    { memBwSchema: 'L3:0=f' },
    '"L3:0=f" is not a line that begins with "MB:" (linux.intelRdt.memBwSchema)',
  ],
  ['linux.intelRdt', { enableMonitoring: 1 }, '1 is not true or false (linux.intelRdt.enableMonitoring)'],
  ['linux.memoryPolicy', {}, 'it is missing (linux.memoryPolicy.mode)'],
  [
    'linux.memoryPolicy',
    { mode: 'MPOL_NOTHING' },
    '"MPOL_NOTHING" is not one of MPOL_DEFAULT, MPOL_BIND, MPOL_INTERLEAVE, MPOL_WEIGHTED_INTERLEAVE, MPOL_PREFERRED, MPOL_PREFERRED_MANY, MPOL_LOCAL (linux.memoryPolicy.mode)',
  ],
  [
    'linux.memoryPolicy',
    { mode: 'MPOL_BIND', nodes: 'all' },
    '"all" is not a list of numbers and ranges such as "0-3,7" (linux.memoryPolicy.nodes)',
  ],
  [
    'linux.memoryPolicy',
    { mode: 'MPOL_BIND', flags: ['x'] },
    '"x" is not one of MPOL_F_NUMA_BALANCING, MPOL_F_RELATIVE_NODES, MPOL_F_STATIC_NODES (linux.memoryPolicy.flags[0])',
  ],
  [
    'linux.personality',
    { domain: 'LINUX64' },
    '"LINUX64" is not one of LINUX, LINUX32 (linux.personality.domain)',
  ],
  [
    'linux.personality',
    { domain: 'LINUX', flags: ['x'] },
    '"x" is not a known flag: there are none yet (linux.personality.flags[0])',
  ],
];
