import { parseNamespaceMode, parseNetwork } from '../parse/namespaces.js';
import { parseCapability, parseSecurityOption, parseSysctl, parseUlimit } from '../parse/security.js';
import type { Option } from './option.js';

/** Namespaces, capabilities and what else the kernel holds the process to. */
export const ISOLATION_OPTIONS: readonly Option[] = [
  {
    name: 'network',
    alias: ['net'],
    kind: 'string',
    group: 'isolation',
    placeholder: 'none|host',
    default: 'none',
    describe: 'Network of the container',
    parse: (value) => ({ network: parseNetwork(value) }),
  },
  {
    name: 'pid',
    kind: 'string',
    group: 'isolation',
    placeholder: 'private|host',
    default: 'private',
    describe: 'Processes that the container sees',
    parse: (value) => ({ pid: parseNamespaceMode(value) }),
  },
  {
    name: 'ipc',
    kind: 'string',
    group: 'isolation',
    placeholder: 'private|host',
    default: 'private',
    describe: 'Message queues and shared memory that the container sees',
    parse: (value) => ({ ipc: parseNamespaceMode(value) }),
  },
  {
    name: 'uts',
    kind: 'string',
    group: 'isolation',
    placeholder: 'private|host',
    default: 'private',
    describe: 'Host name that the container sees',
    parse: (value) => ({ uts: parseNamespaceMode(value) }),
  },
  {
    name: 'cap-add',
    kind: 'list',
    group: 'isolation',
    placeholder: 'CAPABILITY|ALL',
    describe: 'Add a capability',
    parse: (value) => ({ capAdd: [parseCapability(value)] }),
  },
  {
    name: 'cap-drop',
    kind: 'list',
    group: 'isolation',
    placeholder: 'CAPABILITY|ALL',
    describe: 'Drop a capability',
    parse: (value) => ({ capDrop: [parseCapability(value)] }),
  },
  {
    name: 'security-opt',
    kind: 'list',
    group: 'isolation',
    placeholder: 'no-new-privileges[=BOOL]',
    describe: 'Security options',
    parse: (value) => parseSecurityOption(value),
  },
  {
    name: 'ulimit',
    kind: 'list',
    group: 'isolation',
    placeholder: 'NAME=SOFT[:HARD]',
    describe: 'Set a resource limit of the process, see setrlimit(2)',
    parse: (value) => ({ ulimits: [parseUlimit(value)] }),
  },
  {
    name: 'sysctl',
    kind: 'list',
    group: 'isolation',
    placeholder: 'NAME=VALUE',
    describe: 'Set a kernel parameter of the container',
    parse: (value) => ({ sysctls: parseSysctl(value) }),
  },
];
