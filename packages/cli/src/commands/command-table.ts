import type { Command } from './command.js';

/** The commands of mini, in the order of the help text. Each is loaded when it is named. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    operands: 'IMAGE|--rootfs DIR [COMMAND [ARG...]]',
    describe: 'Run a command in a new container',
    loadOptions: async () => (await import('./options/run.js')).RUN_OPTIONS,
    load: () => import('./run.js'),
  },
];
