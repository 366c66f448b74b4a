import { parseEnv, parseEnvFile } from '../parse/environment.js';
import { parseGroup, parseUser } from '../parse/identity.js';
import { parseWorkdir } from '../parse/mounts.js';
import type { Option } from './option.js';

/** The process that is run. A file of variables stands before the variables that override it. */
export const PROCESS_OPTIONS: readonly Option[] = [
  {
    name: 'interactive',
    alias: ['i'],
    kind: 'boolean',
    group: 'process',
    describe: 'Keep standard input open',
    parse: (interactive) => ({ interactive }),
  },
  {
    name: 'tty',
    alias: ['t'],
    kind: 'boolean',
    group: 'process',
    describe: 'Give the process a terminal of its own',
    parse: (tty) => ({ tty }),
  },
  {
    name: 'env-file',
    kind: 'list',
    configKey: 'envFiles',
    group: 'process',
    placeholder: 'FILE',
    describe: 'Read variables from a file, one KEY=VALUE or KEY a line',
    parse: (value, context) => ({ env: parseEnvFile(value, context) }),
  },
  {
    name: 'env',
    alias: ['e'],
    kind: 'list',
    isMap: true,
    group: 'process',
    placeholder: 'KEY[=VALUE]',
    describe: 'Set a variable; KEY alone copies it from here',
    parse: (value, context) => ({ env: parseEnv(value, context) }),
  },
  {
    name: 'workdir',
    alias: ['w'],
    kind: 'string',
    group: 'process',
    placeholder: 'DIR',
    describe: 'Working directory in the container',
    parse: (value) => ({ workdir: parseWorkdir(value) }),
  },
  {
    name: 'user',
    alias: ['u'],
    kind: 'string',
    group: 'process',
    placeholder: 'USER[:GROUP]',
    describe: 'User and group, by name or number',
    parse: (value) => (value === '' ? {} : { user: parseUser(value) }),
  },
  {
    name: 'group-add',
    kind: 'list',
    group: 'process',
    placeholder: 'GROUP',
    describe: 'Add a supplementary group, by name or number',
    parse: (value) => ({ groupAdd: [parseGroup(value)] }),
  },
  {
    name: 'entrypoint',
    kind: 'string',
    configKey: false,
    group: 'process',
    placeholder: 'PROGRAM',
    describe: "Replace the image's entrypoint; an empty one switches it off",
    parse: (value) => ({ entrypoint: value === '' ? [] : [value] }),
  },
  {
    name: 'init',
    kind: 'boolean',
    group: 'process',
    describe: 'Keep a small PID 1 above the command that reaps and forwards signals',
    parse: (init) => ({ init }),
  },
  {
    name: 'sig-proxy',
    kind: 'boolean',
    group: 'process',
    default: true,
    describe: 'Pass signals on to the command',
    parse: (sigProxy) => ({ settings: { sigProxy } }),
  },
];
