import type { Command } from './command.js';

/** The commands for volumes, in the order of the help text. */
export const VOLUME_COMMANDS: readonly Command[] = [
  {
    name: 'volume',
    operands: 'COMMAND',
    describe: 'Commands for volumes, such as volume create and volume ls',
    loadCommands: async () => Object.keys((await import('./volume.js')).COMMANDS),
    loadOptions: async () => (await import('./volume.js')).OPTIONS,
    load: () => import('./volume.js'),
  },
];

/** Those that have no other name than the one within their group. */
export const GROUPED_VOLUME_COMMANDS: readonly Command[] = [
  {
    name: 'volume create',
    operands: '[NAME]',
    describe: 'Make a volume',
    loadOptions: async () => (await import('./volume-create.js')).OPTIONS,
    load: () => import('./volume-create.js'),
  },
  {
    name: 'volume inspect',
    operands: 'VOLUME...',
    describe: 'Show all that is known of volumes',
    loadOptions: async () => (await import('./volume-inspect.js')).OPTIONS,
    load: () => import('./volume-inspect.js'),
  },
  {
    name: 'volume ls',
    operands: '',
    describe: 'List volumes',
    loadOptions: async () => (await import('./volume-ls.js')).OPTIONS,
    load: () => import('./volume-ls.js'),
  },
  {
    name: 'volume prune',
    operands: '',
    describe: 'Remove volumes that no container has',
    loadOptions: async () => (await import('./volume-prune.js')).OPTIONS,
    load: () => import('./volume-prune.js'),
  },
  {
    name: 'volume rm',
    operands: 'VOLUME...',
    describe: 'Remove volumes with all that is in them',
    loadOptions: async () => (await import('./volume-rm.js')).OPTIONS,
    load: () => import('./volume-rm.js'),
  },
];
