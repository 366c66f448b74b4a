import type { Difference } from './difference.js';

/** Members that the schemas let be absent. */
export const NEEDED: readonly Difference[] = [
  {
    why: 'config.md: root is needed on Linux, and create has nothing to do without a process',
    place: /^\/(root|process)$/,
    reason: /^it is missing$/,
    example: ['config', ['process'], undefined],
  },
  {
    why: 'config.md: user, its ids and one argument at least are needed on Linux',
    place: /^(\/process)?\/(args|user|user\/uid|user\/gid)$/,
    reason: /^it is missing$|^it has 0 items/,
    example: ['process', ['args'], undefined],
  },
  {
    why: 'config-linux.md: the rate of a throttle, the mode of a memory policy and the domain of a personality are needed',
    place: /\/(rate|memoryPolicy\/mode|personality\/domain)$/,
    reason: /^it is missing$/,
    example: ['config', ['linux', 'personality', 'domain'], undefined],
  },
];

/** Strings of which the schemas say no more than that. */
export const FORMS: readonly Difference[] = [
  {
    why: 'C ends a string at NUL: the kernel would see another one than was checked',
    place: /./,
    reason: / is not a string without NUL$/,
    example: ['process', ['args', 0], 'a\0b'],
  },
  {
    why: 'config.md and config-linux.md ask for absolute paths',
    place: /\/(cwd|path|listenerPath|bundle|maskedPaths\/\d+|readonlyPaths\/\d+)$/,
    reason: / is not an absolute path$/,
    example: ['process', ['cwd'], 'x'],
  },
  {
    why: 'an empty string names nothing',
    place: /\/(path|destination|id|names\/\d+|annotations\/|rdma\/)$/,
    reason: / is not a string with at least one character$/,
    example: ['state', ['id'], ''],
  },
  {
    why: 'environ(7): a variable is NAME=value',
    place: /\/env\/\d+$/,
    reason: / is not of the form NAME=value$/,
    example: ['process', ['env', 0], 'x'],
  },
  {
    why: 'the schema knows the form of the name, setrlimit(2) the names',
    place: /\/rlimits\/\d+\/type$/,
    reason: / is not a resource of getrlimit\(2\)$/,
    example: ['process', ['rlimits', 0, 'type'], 'RLIMIT_X'],
  },
  {
    why: 'config-linux.md: device rules are for a, c and b, with an access of r, w and m',
    place: /\/devices\/\d+\/(type|access)$/,
    reason: / is not (one of a, c, b|made of r, w and m)$/,
    example: ['resources', ['devices', 0, 'access'], 'x'],
  },
  {
    why: 'cpuset(7): the format of lists',
    place: /\/(nodes|initial|final)$/,
    reason: / is not a list of numbers and ranges/,
    example: ['config', ['linux', 'memoryPolicy', 'nodes'], 'x'],
  },
  {
    why: 'names of interfaces have 1 to 15 characters, none of them "/", ":" or a space',
    place: /\/(name|netDevices\/.*)$/,
    reason: / is not the name of a network interface$/,
    example: ['resources', ['network', 'priorities', 0, 'name'], ''],
  },
  {
    why: 'a path below a directory of ours must not lead out of it',
    place: /\/(closID|cgroupsPath|unified\/.*)$/,
    reason: / is not (the name of a file( without "\/")?|a path without "..")$/,
    example: ['config', ['linux', 'cgroupsPath'], '../x'],
  },
  {
    why: 'config-linux.md: no flag of personalities is known',
    place: /\/personality\/flags\/\d+$/,
    reason: / is not a known flag: there are none yet$/,
    example: ['config', ['linux', 'personality', 'flags', 0], 'x'],
  },
  {
    why: 'the schema does not look at values under an empty name',
    place: /\/$/,
    reason: / is not a string$/,
    example: ['config', ['annotations', ''], 1],
  },
];
