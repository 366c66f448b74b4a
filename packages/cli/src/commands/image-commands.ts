import type { Command } from './command.js';

/** The commands for images, in the order of the help text. */
export const IMAGE_COMMANDS: readonly Command[] = [
  {
    name: 'images',
    operands: '[REPOSITORY[:TAG]]',
    describe: 'List images',
    loadOptions: async () => (await import('./images.js')).OPTIONS,
    load: () => import('./images.js'),
  },
  {
    name: 'rmi',
    operands: 'IMAGE...',
    describe: 'Remove images',
    loadOptions: async () => (await import('./rmi.js')).OPTIONS,
    load: () => import('./rmi.js'),
  },
  {
    name: 'tag',
    operands: 'IMAGE NAME',
    describe: 'Give an image another name',
    loadOptions: async () => (await import('./tag.js')).OPTIONS,
    load: () => import('./tag.js'),
  },
  {
    name: 'load',
    operands: '',
    describe: 'Read images from an archive',
    loadOptions: async () => (await import('./load.js')).OPTIONS,
    load: () => import('./load.js'),
  },
  {
    name: 'save',
    operands: 'IMAGE...',
    describe: 'Write images as an archive',
    loadOptions: async () => (await import('./save.js')).OPTIONS,
    load: () => import('./save.js'),
  },
  {
    name: 'import',
    operands: 'FILE|- [NAME]',
    describe: 'Make an image of the files in a tar archive',
    loadOptions: async () => (await import('./import.js')).OPTIONS,
    load: () => import('./import.js'),
  },
  {
    name: 'commit',
    operands: 'CONTAINER [NAME]',
    describe: 'Make an image of a container',
    loadOptions: async () => (await import('./commit.js')).OPTIONS,
    load: () => import('./commit.js'),
  },
  {
    name: 'history',
    operands: 'IMAGE',
    describe: 'Show how an image was made',
    loadOptions: async () => (await import('./history.js')).OPTIONS,
    load: () => import('./history.js'),
  },
  {
    name: 'image',
    operands: 'COMMAND',
    describe: 'Commands for images, such as image ls and image prune',
    loadCommands: async () => Object.keys((await import('./image.js')).COMMANDS),
    loadOptions: async () => (await import('./image.js')).OPTIONS,
    load: () => import('./image.js'),
  },
];

/** Those that have no other name than the one within their group. */
export const GROUPED_IMAGE_COMMANDS: readonly Command[] = [
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
];
