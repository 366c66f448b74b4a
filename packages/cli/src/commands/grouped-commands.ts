import type { Command } from './command.js';
import { COMMANDS } from './command-table.js';

/** Commands that have no other name than the one within their group. Known to the help texts alone: a group finds its own. */
export const GROUPED_COMMANDS: readonly Command[] = [
  {
    name: 'container prune',
    operands: '',
    describe: 'Remove all containers that do not run',
    loadOptions: async () => (await import('./container-prune.js')).OPTIONS,
    load: () => import('./container-prune.js'),
  },
  {
    name: 'image inspect',
    operands: 'IMAGE...',
    describe: 'Show all that is known of images',
    loadOptions: async () => (await import('./image-inspect.js')).OPTIONS,
    load: () => import('./image-inspect.js'),
  },
  {
    name: 'image prune',
    operands: '',
    describe: 'Remove images that nothing refers to',
    loadOptions: async () => (await import('./image-prune.js')).OPTIONS,
    load: () => import('./image-prune.js'),
  },
  {
    name: 'image unpack',
    operands: 'IMAGE...',
    describe: 'Unpack images that another tool put into the store',
    loadOptions: async () => (await import('./image-unpack.js')).OPTIONS,
    load: () => import('./image-unpack.js'),
  },
  {
    name: 'system df',
    operands: '',
    describe: 'Show what mini keeps on disk',
    loadOptions: async () => (await import('./system-df.js')).OPTIONS,
    load: () => import('./system-df.js'),
  },
  {
    name: 'system prune',
    operands: '',
    describe: 'Remove containers and images that are not used',
    loadOptions: async () => (await import('./system-prune.js')).OPTIONS,
    load: () => import('./system-prune.js'),
  },
  {
    name: 'system unit',
    operands: '',
    describe: 'Print a systemd unit that starts what is to run after a reboot',
    loadOptions: async () => (await import('./system-unit.js')).OPTIONS,
    load: () => import('./system-unit.js'),
  },
  {
    name: 'volume create',
    operands: '[NAME]',
    describe: 'Make a volume',
    loadOptions: async () => (await import('./volume-create.js')).OPTIONS,
    load: () => import('./volume-create.js'),
  },
  {
    name: 'volume fill',
    operands: 'VOLUME PATH LAYER...',
    describe: 'Copy what layers have at a path into an empty volume; mini does it by itself',
    loadOptions: async () => (await import('./volume-fill.js')).OPTIONS,
    load: () => import('./volume-fill.js'),
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

type Names = Readonly<Record<string, string>>;

/** What words of a group mean that are no commands' names: those of containers, unless the group has its own. */
const OTHER_NAMES: Names = { list: 'ps', ls: 'ps', remove: 'rm' };
const OWN_NAMES: Readonly<Record<string, Names>> = {
  image: { list: 'images', ls: 'images', remove: 'rmi', rm: 'rmi' },
  volume: { list: 'volume ls', remove: 'volume rm' },
};

/** The command that `mini GROUP WORD` is, or that `mini WORD` is without a group. */
export function findCommand(word: string, group?: string): Command | undefined {
  const names = OWN_NAMES[group ?? ''] ?? OTHER_NAMES;
  const name = group === undefined ? word : (names[word] ?? word);
  const isMeant = (command: Command) => command.name === name || command.name === `${group} ${word}`;
  return GROUPED_COMMANDS.find(isMeant) ?? COMMANDS.find((command) => command.name === name);
}
