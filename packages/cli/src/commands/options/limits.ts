import type { BlockIoResources, CpuResources, MemoryResources } from '@mini/contracts';
import { parseInteger, parseSizeBytes, parseSizeOrUnlimited } from '../parse/number.js';
import { parseBytesRate, parseCpus, parseCpuset, parseOperationsRate } from '../parse/resources.js';
import type { RunDraft } from '../run-draft.js';
import type { Option } from './option.js';

const memory = (part: MemoryResources): RunDraft => ({ resources: { memory: part } });
const cpu = (part: CpuResources): RunDraft => ({ resources: { cpu: part } });
const blockIO = (part: BlockIoResources): RunDraft => ({ resources: { blockIO: part } });

/** For limits whose 0 means "no limit", as in docker: 0 says nothing. */
const unlessZero = (value: number, draft: RunDraft): RunDraft => (value === 0 ? {} : draft);

const MEMORY_OPTIONS: readonly Option[] = [
  {
    name: 'memory',
    alias: ['m'],
    kind: 'string',
    group: 'limits',
    placeholder: 'SIZE',
    describe: 'Most memory the container may use',
    parse: (value) => {
      const limit = parseSizeBytes(value);
      return unlessZero(limit, memory({ limit }));
    },
  },
  {
    name: 'memory-swap',
    kind: 'string',
    group: 'limits',
    placeholder: 'SIZE',
    describe: 'Most memory and swap together; -1 is unlimited swap',
    parse: (value) => {
      const swap = parseSizeOrUnlimited(value);
      return unlessZero(swap, memory({ swap }));
    },
  },
  {
    name: 'memory-reservation',
    kind: 'string',
    group: 'limits',
    placeholder: 'SIZE',
    describe: 'Memory to be left with when memory is short',
    parse: (value) => {
      const reservation = parseSizeBytes(value);
      return unlessZero(reservation, memory({ reservation }));
    },
  },
  {
    name: 'memory-swappiness',
    kind: 'string',
    group: 'limits',
    placeholder: '0-100',
    describe: 'How readily memory is swapped out; -1 leaves it',
    parse: (value) => {
      const swappiness = parseInteger(value, { least: 0, most: 100, others: [-1] });
      return swappiness === -1 ? {} : memory({ swappiness });
    },
  },
];

const CPU_OPTIONS: readonly Option[] = [
  {
    name: 'cpus',
    kind: 'string',
    group: 'limits',
    placeholder: 'NUMBER',
    describe: 'How many CPUs the container may keep busy, such as 0.5',
    parse: (value) => cpu(parseCpus(value)),
  },
  {
    name: 'cpu-shares',
    alias: ['c'],
    kind: 'string',
    group: 'limits',
    placeholder: '2-262144',
    describe: 'Share of the CPUs when others want them too (1024 is usual)',
    parse: (value) => {
      const shares = parseInteger(value, { least: 2, most: 262_144, others: [0] });
      return unlessZero(shares, cpu({ shares }));
    },
  },
  {
    name: 'cpu-period',
    kind: 'string',
    group: 'limits',
    placeholder: 'MICROSECONDS',
    describe: 'Period in which the CPU quota is counted',
    parse: (value) => {
      const period = parseInteger(value, { least: 1_000, most: 1_000_000, others: [0] });
      return unlessZero(period, cpu({ period }));
    },
  },
  {
    name: 'cpu-quota',
    kind: 'string',
    group: 'limits',
    placeholder: 'MICROSECONDS',
    describe: 'CPU time in a period; -1 is unlimited',
    parse: (value) => {
      const quota = parseInteger(value, { least: 1_000, others: [-1, 0] });
      return unlessZero(quota, cpu({ quota }));
    },
  },
  {
    name: 'cpuset-cpus',
    kind: 'string',
    group: 'limits',
    placeholder: 'LIST',
    describe: 'CPUs the container may run on, such as 0-3,8',
    parse: (value) => cpu({ cpus: parseCpuset(value) }),
  },
  {
    name: 'cpuset-mems',
    kind: 'string',
    group: 'limits',
    placeholder: 'LIST',
    describe: 'Memory nodes the container may use',
    parse: (value) => cpu({ mems: parseCpuset(value) }),
  },
];

const IO_OPTIONS: readonly Option[] = [
  {
    name: 'pids-limit',
    kind: 'string',
    group: 'limits',
    placeholder: 'NUMBER',
    describe: 'Most processes and threads; -1 is unlimited',
    parse: (value) => {
      const limit = parseInteger(value, { least: 1, others: [-1, 0] });
      return { resources: { pids: { limit: limit === 0 ? -1 : limit } } };
    },
  },
  {
    name: 'blkio-weight',
    kind: 'string',
    group: 'limits',
    placeholder: '10-1000',
    describe: 'Share of block devices when others want them too; 0 leaves it',
    parse: (value) => {
      const weight = parseInteger(value, { least: 10, most: 1_000, others: [0] });
      return unlessZero(weight, blockIO({ weight }));
    },
  },
  {
    name: 'device-read-bps',
    kind: 'list',
    group: 'limits',
    placeholder: 'PATH:SIZE',
    describe: 'Most bytes a second read from a block device',
    parse: (value, context) => blockIO({ throttleReadBpsDevice: [parseBytesRate(value, context)] }),
  },
  {
    name: 'device-write-bps',
    kind: 'list',
    group: 'limits',
    placeholder: 'PATH:SIZE',
    describe: 'Most bytes a second written to a block device',
    parse: (value, context) => blockIO({ throttleWriteBpsDevice: [parseBytesRate(value, context)] }),
  },
  {
    name: 'device-read-iops',
    kind: 'list',
    group: 'limits',
    placeholder: 'PATH:NUMBER',
    describe: 'Most reads a second from a block device',
    parse: (value, context) => blockIO({ throttleReadIOPSDevice: [parseOperationsRate(value, context)] }),
  },
  {
    name: 'device-write-iops',
    kind: 'list',
    group: 'limits',
    placeholder: 'PATH:NUMBER',
    describe: 'Most writes a second to a block device',
    parse: (value, context) => blockIO({ throttleWriteIOPSDevice: [parseOperationsRate(value, context)] }),
  },
];

/** Limits of the cgroup; they are set before the process starts. */
export const LIMIT_OPTIONS: readonly Option[] = [...MEMORY_OPTIONS, ...CPU_OPTIONS, ...IO_OPTIONS];
