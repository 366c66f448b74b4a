import type { Difference } from './difference.js';
import { FORMS, NEEDED } from './narrower-forms.js';
import { NARROWER } from './narrower-numbers.js';

/** What cannot be seen in one field alone. */
const RULES: readonly Difference[] = [
  {
    why: 'runtime.md: a version that is not supported is an error',
    place: /^\/ociVersion$/,
    reason: /^(version )?".*" is not (a version|one of 1\.0)/,
    example: ['config', ['ociVersion'], '2.0.0'],
  },
  {
    why: 'config.md and config-linux.md: nothing twice',
    place: /\/(type|pageSize|netDevices\/\w+)$/,
    reason: / is given twice$/,
    example: ['process', ['rlimits', 1, 'type'], 'RLIMIT_NOFILE'],
  },
  {
    why: 'setrlimit(2), capset(2) and sched_setattr(2) refuse it',
    place: /\/(soft|effective\/\d+|scheduler\/\w+)$/,
    reason:
      /is more than the hard limit|is not in the permitted set|is less than|has no priorities|is only for SCHED_DEADLINE/,
    example: ['process', ['rlimits', 0, 'soft'], 4097],
  },
  {
    why: 'the names and settings of a namespace need one, or the host would be changed',
    place: /^\/(hostname|domainname|linux\/(netDevices|timeOffsets|[ug]idMappings|sysctl\/.*))$/,
    reason:
      /^it needs a( new)? namespace|^a new namespace of type "user" needs it|^it belongs to no namespace|^it is not the name of a kernel setting/,
    example: ['config', ['linux', 'namespaces', 4], undefined],
  },
  {
    why: 'a field of struct utsname has 64 bytes',
    place: /^\/(hostname|domainname)$/,
    reason: /^it has \d+ bytes/,
    example: ['config', ['hostname'], 'x'.repeat(65)],
  },
  {
    why: 'user_namespaces(7): ranges of ids must not overlap, and end with the ids',
    place: /\/[ug]idMappings\/\d+\/(containerID|hostID)$/,
    reason: /^the ids from|end above the last id/,
    example: ['config', ['linux', 'uidMappings', 0, 'hostID'], 2 ** 32 - 1],
  },
  {
    why: 'config.md: id-mapped mounts have both lists, bind mounts a source',
    place: /^\/mounts\/\d+\/(source|[ug]idMappings|options\/\d+)$/,
    reason:
      /^a bind mount needs it|^uidMappings and gidMappings need one another|needs mappings or a namespace/,
    example: ['config', ['mounts', 2, 'source'], undefined],
  },
  {
    why: 'mknod(2) needs numbers, one of them at least, and one type',
    place: /^\/linux\/devices\/\d+\/(major|minor|fileMode)$/,
    reason: /^a device of type|is not the mode of a device/,
    example: ['config', ['linux', 'devices', 0], { type: 'c', path: '/dev/x' }],
  },
  {
    why: 'config-linux.md, seccomp: who asks for a listener must have one, and errnos belong to actions that have them',
    place: /^\/linux\/seccomp\//,
    reason: /listenerPath$|cannot be the default$|has no errno$|would stop the start itself$/,
    example: ['config', ['linux', 'seccomp', 'listenerPath'], undefined],
  },
];

/** What the schemas refuse and we do not. */
export const LOOSER: readonly Difference[] = [
  {
    why: 'Docker and containerd write recursive propagation for mounts that are shared with the host',
    place: /^\/linux\/rootfsPropagation$/,
    example: ['config', ['linux', 'rootfsPropagation'], 'rshared'],
  },
  {
    why: 'sections of other platforms are ignored, as every member that we do not have',
    place: /^\/(windows|solaris|vm|zos|freebsd)(\/|$)/,
    example: ['config', ['windows'], null],
  },
  {
    why: 'members for Windows alone',
    place: /^(\/process)?\/(commandLine|user\/username)$/,
    example: ['process', ['commandLine'], 1],
  },
  {
    why: 'runc and crun leave a limit of processes alone that is not told',
    place: /\/pids\/limit$/,
    example: ['resources', ['pids', 'limit'], undefined],
  },
  {
    why: 'podman leaves the bits of the type in the mode of a device',
    place: /\/fileMode$/,
    example: ['config', ['linux', 'devices', 0, 'fileMode'], 0o20666],
  },
];

export const STRICTER: readonly Difference[] = [...NARROWER, ...NEEDED, ...FORMS, ...RULES];
