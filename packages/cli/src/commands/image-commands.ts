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
    operands: 'FILE|URL|- [NAME]',
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
