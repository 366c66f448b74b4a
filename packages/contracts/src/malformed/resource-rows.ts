import type { MalformedRow } from './malformed-documents.js';

/** Limits: config-linux.md, control groups. */
export const RESOURCE_ROWS: readonly MalformedRow[] = [
  ['linux.resources', [], 'an array is not an object (linux.resources)'],
  ['linux.resources', null, 'null is not an object (linux.resources)'],
  ['linux.resources.devices', [{}], 'it is missing (linux.resources.devices[0].allow)'],
  [
    'linux.resources.devices',
    [{ allow: 'true' }],
    '"true" is not true or false (linux.resources.devices[0].allow)',
  ],
  [
    'linux.resources.devices',
    [{ allow: true, type: 'p' }],
    '"p" is not one of a, c, b (linux.resources.devices[0].type)',
  ],
  [
    'linux.resources.devices',
    [{ allow: true, access: 'rx' }],
    '"rx" is not made of r, w and m (linux.resources.devices[0].access)',
  ],
  [
    'linux.resources.devices',
    [{ allow: true, access: '' }],
    '"" is not made of r, w and m (linux.resources.devices[0].access)',
  ],
  [
    'linux.resources.devices',
    [{ allow: true, major: -2 }],
    '-2 is not a whole number from -1 to 4095 (linux.resources.devices[0].major)',
  ],
  [
    'linux.resources.devices',
    [{ allow: true, minor: '*' }],
    '"*" is not a whole number from -1 to 1048575 (linux.resources.devices[0].minor)',
  ],
  ['linux.resources.memory', 5, '5 is not an object (linux.resources.memory)'],
  [
    'linux.resources.memory.limit',
    '64m',
    '"64m" is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.limit)',
  ],
  [
    'linux.resources.memory.limit',
    -2,
    '-2 is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.limit)',
  ],
  [
    'linux.resources.memory.limit',
    9223372036854775808n,
    '9223372036854775808 is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.limit)',
  ],
  [
    'linux.resources.memory.limit',
    0.5,
    '0.5 is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.limit)',
  ],
  [
    'linux.resources.memory.reservation',
    true,
    'true is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.reservation)',
  ],
  [
    'linux.resources.memory.swap',
    -9,
    '-9 is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.swap)',
  ],
  [
    'linux.resources.memory.kernel',
    {},
    'an object is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.kernel)',
  ],
  [
    'linux.resources.memory.kernelTCP',
    [],
    'an array is not a whole number from -1 to 9223372036854775807 (linux.resources.memory.kernelTCP)',
  ],
  [
    'linux.resources.memory.swappiness',
    101,
    '101 is not a whole number from 0 to 100 (linux.resources.memory.swappiness)',
  ],
  [
    'linux.resources.memory.disableOOMKiller',
    'no',
    '"no" is not true or false (linux.resources.memory.disableOOMKiller)',
  ],
  ['linux.resources.memory.useHierarchy', 1, '1 is not true or false (linux.resources.memory.useHierarchy)'],
  [
    'linux.resources.memory.checkBeforeUpdate',
    null,
    'null is not true or false (linux.resources.memory.checkBeforeUpdate)',
  ],
  [
    'linux.resources.cpu.shares',
    -1,
    '-1 is not a whole number from 0 to 9007199254740991 (linux.resources.cpu.shares)',
  ],
  [
    'linux.resources.cpu.quota',
    'max',
    '"max" is not a whole number from -1 to 9007199254740991 (linux.resources.cpu.quota)',
  ],
  [
    'linux.resources.cpu.period',
    -1,
    '-1 is not a whole number from 0 to 9007199254740991 (linux.resources.cpu.period)',
  ],
  [
    'linux.resources.cpu.burst',
    1.5,
    '1.5 is not a whole number from 0 to 9007199254740991 (linux.resources.cpu.burst)',
  ],
  [
    'linux.resources.cpu.realtimeRuntime',
    '1',
    '"1" is not a whole number from -9223372036854775808 to 9223372036854775807 (linux.resources.cpu.realtimeRuntime)',
  ],
  [
    'linux.resources.cpu.realtimePeriod',
    -1,
    '-1 is not a whole number from 0 to 18446744073709551615 (linux.resources.cpu.realtimePeriod)',
  ],
  ['linux.resources.cpu.cpus', 0, '0 is not a string (linux.resources.cpu.cpus)'],
  [
    'linux.resources.cpu.mems',
    '0\u0000',
    '"0\\u0000" is not a string without NUL (linux.resources.cpu.mems)',
  ],
  ['linux.resources.cpu.idle', 2, '2 is not a whole number from 0 to 1 (linux.resources.cpu.idle)'],
  [
    'linux.resources.blockIO.weight',
    65536,
    '65536 is not a whole number from 0 to 65535 (linux.resources.blockIO.weight)',
  ],
  [
    'linux.resources.blockIO.leafWeight',
    -1,
    '-1 is not a whole number from 0 to 65535 (linux.resources.blockIO.leafWeight)',
  ],
  [
    'linux.resources.blockIO.weightDevice',
    [{ major: 8 }],
    'it is missing (linux.resources.blockIO.weightDevice[0].minor)',
  ],
  [
    'linux.resources.blockIO.throttleReadBpsDevice',
    [{ major: 8, minor: 0 }],
    'it is missing (linux.resources.blockIO.throttleReadBpsDevice[0].rate)',
  ],
  [
    'linux.resources.blockIO.throttleWriteBpsDevice',
    [{ major: 8, minor: 0, rate: -1 }],
    '-1 is not a whole number from 0 to 9007199254740991 (linux.resources.blockIO.throttleWriteBpsDevice[0].rate)',
  ],
  [
    'linux.resources.blockIO.throttleReadIOPSDevice',
    {},
    'an object is not an array (linux.resources.blockIO.throttleReadIOPSDevice)',
  ],
  [
    'linux.resources.blockIO.throttleWriteIOPSDevice',
    [{ major: '8', minor: 0, rate: 1 }],
    '"8" is not a whole number from 0 to 4095 (linux.resources.blockIO.throttleWriteIOPSDevice[0].major)',
  ],
  [
    'linux.resources.hugepageLimits',
    [{ pageSize: '64kB', limit: 1 }],
    '"64kB" is not a size of pages such as "2MB" (linux.resources.hugepageLimits[0].pageSize)',
  ],
  [
    'linux.resources.hugepageLimits',
    [{ pageSize: '../2MB', limit: 1 }],
    '"../2MB" is not a size of pages such as "2MB" (linux.resources.hugepageLimits[0].pageSize)',
  ],
  [
    'linux.resources.hugepageLimits',
    [{ pageSize: '2MB', limit: -1 }],
    '-1 is not a whole number from 0 to 18446744073709551615 (linux.resources.hugepageLimits[0].limit)',
  ],
  [
    'linux.resources.hugepageLimits',
    [
      { pageSize: '2MB', limit: 1 },
      { pageSize: '2MB', limit: 2 },
    ],
    '"2MB" is given twice (linux.resources.hugepageLimits[1].pageSize)',
  ],
  [
    'linux.resources.network.classID',
    -1,
    '-1 is not a whole number from 0 to 4294967295 (linux.resources.network.classID)',
  ],
  [
    'linux.resources.network.priorities',
    [{ name: 'eth0' }],
    'it is missing (linux.resources.network.priorities[0].priority)',
  ],
  [
    'linux.resources.network.priorities',
    [{ name: 'a b', priority: 1 }],
    '"a b" is not the name of a network interface (linux.resources.network.priorities[0].name)',
  ],
  ['linux.resources.pids', 10, '10 is not an object (linux.resources.pids)'],
  [
    'linux.resources.pids.limit',
    '10',
    '"10" is not a whole number from -1 to 9007199254740991 (linux.resources.pids.limit)',
  ],
  [
    'linux.resources.pids.limit',
    -2,
    '-2 is not a whole number from -1 to 9007199254740991 (linux.resources.pids.limit)',
  ],
  [
    'linux.resources.rdma',
    { mlx: { hcaHandles: 'x' } },
    '"x" is not a whole number from 0 to 4294967295 (linux.resources.rdma["mlx"].hcaHandles)',
  ],
  [
    'linux.resources.rdma',
    { mlx: { hcaObjects: 4294967296 } },
    '4294967296 is not a whole number from 0 to 4294967295 (linux.resources.rdma["mlx"].hcaObjects)',
  ],
  [
    'linux.resources.unified',
    { '../memory.max': '1' },
    '"../memory.max" is not the name of a file without "/" (linux.resources.unified["../memory.max"])',
  ],
  [
    'linux.resources.unified',
    { 'memory.max': 1 },
    '1 is not a string (linux.resources.unified["memory.max"])',
  ],
  [
    'linux.resources.unified',
    { '..': '1' },
    '".." is not the name of a file without "/" (linux.resources.unified[".."])',
  ],
];
