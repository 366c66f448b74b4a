import type { Difference } from './difference.js';

const RANGE = /^-?\d+(e\+\d+)? is not a whole number from/;

/** Numbers that a schema leaves wider than the kernel. */
export const NARROWER: readonly Difference[] = [
  {
    why: 'the kernel has 12 bits for the major number of a device and 20 for the minor one',
    place: /\/(major|minor)$/,
    reason: RANGE,
    example: ['config', ['linux', 'devices', 0, 'major'], 4096],
  },
  {
    why: 'the last number of 32 bits is no id: setuid(2) takes it for "leave alone"',
    place: /\/(uid|gid|additionalGids\/\d+)$/,
    reason: RANGE,
    example: ['process', ['user', 'uid'], 2 ** 32 - 1],
  },
  {
    why: 'proc(5) names the range of oom_score_adj',
    place: /\/oomScoreAdj$/,
    reason: RANGE,
    example: ['process', ['oomScoreAdj'], 1001],
  },
  {
    why: 'there are eight levels in a class of ioprio_set(2)',
    place: /\/ioPriority\/priority$/,
    reason: RANGE,
    example: ['process', ['ioPriority', 'priority'], 8],
  },
  {
    why: 'nice values are from -20 to 19',
    place: /\/scheduler\/nice$/,
    reason: RANGE,
    example: ['process', ['scheduler', 'nice'], 20],
  },
  {
    why: 'a terminal has 16 bits for each side of its size',
    place: /\/consoleSize\/(height|width)$/,
    reason: RANGE,
    example: ['process', ['consoleSize', 'height'], 65_536],
  },
  {
    why: 'a mapping of no ids is refused by the kernel',
    place: /\/[ug]idMappings\/\d+\/size$/,
    reason: RANGE,
    example: ['config', ['linux', 'uidMappings', 0, 'size'], 0],
  },
  {
    why: 'a second has 10^9 nanoseconds',
    place: /\/nanosecs$/,
    reason: RANGE,
    example: ['config', ['linux', 'timeOffsets', 'boottime', 'nanosecs'], 1e9],
  },
  {
    why: 'the kernel has no errno above 4095',
    place: /\/(defaultErrnoRet|errnoRet)$/,
    reason: RANGE,
    example: ['config', ['linux', 'seccomp', 'defaultErrnoRet'], 4096],
  },
  {
    why: 'a system call has six arguments',
    place: /\/args\/\d+\/index$/,
    reason: RANGE,
    example: ['config', ['linux', 'seccomp', 'syscalls', 1, 'args', 0, 'index'], 6],
  },
  {
    why: 'of negative limits only -1 means something',
    place: /\/(memory\/\w+|pids\/limit|cpu\/quota)$/,
    reason: RANGE,
    example: ['resources', ['memory', 'limit'], -2],
  },
  {
    why: 'the kernel names the range of memory.swappiness and of cpu.idle',
    place: /\/(swappiness|idle)$/,
    reason: RANGE,
    example: ['resources', ['memory', 'swappiness'], 101],
  },
  {
    why: 'no machine has so many of these, and a plain number cannot hold them',
    place: /\/(shares|quota|burst|period|rate|limit)$/,
    reason: RANGE,
    example: ['resources', ['cpu', 'shares'], 2n ** 53n + 1n],
  },
  {
    why: 'process ids and seconds of a timeout have 31 bits',
    place: /\/(pid|timeout)$/,
    reason: RANGE,
    example: ['state', ['pid'], 2 ** 31],
  },
  {
    why: 'the schema compiler counts in doubles, where 2^64 is 2^64 - 1 and 2^63 is 2^63 - 1',
    place:
      /\/(soft|hard|value|valueTwo|limit|secs|runtime|deadline|period|realtime\w+|kernel\w*|swap|reservation)$/,
    reason: RANGE,
    example: ['process', ['rlimits', 1, 'hard'], 2n ** 64n],
  },
];
