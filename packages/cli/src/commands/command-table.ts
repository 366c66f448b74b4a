import type { Command } from './command.js';
import { GROUPED_IMAGE_COMMANDS, IMAGE_COMMANDS } from './image-commands.js';
import { GROUPED_VOLUME_COMMANDS, VOLUME_COMMANDS } from './volume-commands.js';

/** The commands of mini, in the order of the help text. Each is loaded when it is named. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'run',
    operands: 'IMAGE|--rootfs DIR [COMMAND [ARG...]]',
    describe: 'Run a command in a new container',
    loadOptions: async () => (await import('./options/run.js')).RUN_OPTIONS,
    load: () => import('./run.js'),
  },
  {
    name: 'create',
    operands: 'IMAGE|--rootfs DIR [COMMAND [ARG...]]',
    describe: 'Make a container and run nothing in it yet',
    loadOptions: async () => (await import('./create.js')).OPTIONS,
    load: () => import('./create.js'),
  },
  {
    name: 'exec',
    operands: 'CONTAINER COMMAND [ARG...]',
    describe: 'Run a command in a running container',
    loadOptions: async () => (await import('./exec.js')).OPTIONS,
    load: () => import('./exec.js'),
  },
  {
    name: 'attach',
    operands: 'CONTAINER',
    describe: 'Connect to a running container',
    loadOptions: async () => (await import('./attach.js')).OPTIONS,
    load: () => import('./attach.js'),
  },
  {
    name: 'ps',
    operands: '',
    describe: 'List containers',
    loadOptions: async () => (await import('./ps.js')).OPTIONS,
    load: () => import('./ps.js'),
  },
  {
    name: 'logs',
    operands: 'CONTAINER',
    describe: 'Show what a container has printed',
    loadOptions: async () => (await import('./logs.js')).OPTIONS,
    load: () => import('./logs.js'),
  },
  {
    name: 'start',
    operands: 'CONTAINER...',
    describe: 'Start containers that have ended or were only created',
    loadOptions: async () => (await import('./start.js')).OPTIONS,
    load: () => import('./start.js'),
  },
  {
    name: 'stop',
    operands: 'CONTAINER...',
    describe: 'Ask containers to stop, then kill them',
    loadOptions: async () => (await import('./stop.js')).OPTIONS,
    load: () => import('./stop.js'),
  },
  {
    name: 'restart',
    operands: 'CONTAINER...',
    describe: 'Stop containers, if they run, and start them again',
    loadOptions: async () => (await import('./restart.js')).OPTIONS,
    load: () => import('./restart.js'),
  },
  {
    name: 'kill',
    operands: 'CONTAINER...',
    describe: 'Send a signal to containers',
    loadOptions: async () => (await import('./kill.js')).OPTIONS,
    load: () => import('./kill.js'),
  },
  {
    name: 'rm',
    operands: 'CONTAINER...',
    describe: 'Remove containers',
    loadOptions: async () => (await import('./rm.js')).OPTIONS,
    load: () => import('./rm.js'),
  },
  {
    name: 'wait',
    operands: 'CONTAINER...',
    describe: 'Wait for the end of containers and print their exit codes',
    loadOptions: async () => (await import('./wait.js')).OPTIONS,
    load: () => import('./wait.js'),
  },
  {
    name: 'inspect',
    operands: 'NAME...',
    describe: 'Show all that is known of containers and images',
    loadOptions: async () => (await import('./inspect.js')).OPTIONS,
    load: () => import('./inspect.js'),
  },
  {
    name: 'cp',
    operands: 'CONTAINER:SRC DEST|- or SRC|- CONTAINER:DEST',
    describe: 'Copy files into a container or out of it',
    loadOptions: async () => (await import('./cp.js')).OPTIONS,
    load: () => import('./cp.js'),
  },
  {
    name: 'diff',
    operands: 'CONTAINER',
    describe: 'List the files that a container has changed',
    loadOptions: async () => (await import('./diff.js')).OPTIONS,
    load: () => import('./diff.js'),
  },
  {
    name: 'export',
    operands: 'CONTAINER',
    describe: 'Write the files of a container as a tar archive',
    loadOptions: async () => (await import('./export.js')).OPTIONS,
    load: () => import('./export.js'),
  },
  ...IMAGE_COMMANDS,
  ...VOLUME_COMMANDS,
  {
    name: 'pull',
    operands: 'IMAGE',
    describe: 'Fetch an image from a registry',
    loadOptions: async () => (await import('./pull.js')).OPTIONS,
    load: () => import('./pull.js'),
  },
  {
    name: 'push',
    operands: 'IMAGE',
    describe: 'Send an image to its registry',
    loadOptions: async () => (await import('./push.js')).OPTIONS,
    load: () => import('./push.js'),
  },
  {
    name: 'login',
    operands: '[REGISTRY]',
    describe: 'Keep a user name and password for a registry',
    loadOptions: async () => (await import('./login.js')).OPTIONS,
    load: () => import('./login.js'),
  },
  {
    name: 'logout',
    operands: '[REGISTRY]',
    describe: 'Forget the user name and password for a registry',
    loadOptions: async () => (await import('./logout.js')).OPTIONS,
    load: () => import('./logout.js'),
  },
  {
    name: 'rename',
    operands: 'CONTAINER NAME',
    describe: 'Give a container another name',
    loadOptions: async () => (await import('./rename.js')).OPTIONS,
    load: () => import('./rename.js'),
  },
  {
    name: 'pause',
    operands: 'CONTAINER...',
    describe: 'Stop all processes of containers for a while',
    loadOptions: async () => (await import('./pause.js')).OPTIONS,
    load: () => import('./pause.js'),
  },
  {
    name: 'unpause',
    operands: 'CONTAINER...',
    describe: 'Let paused containers go on',
    loadOptions: async () => (await import('./unpause.js')).OPTIONS,
    load: () => import('./unpause.js'),
  },
  {
    name: 'top',
    operands: 'CONTAINER [PS-OPTIONS]',
    describe: 'List the processes of a container',
    loadOptions: async () => (await import('./top.js')).OPTIONS,
    load: () => import('./top.js'),
  },
  {
    name: 'stats',
    operands: '[CONTAINER...]',
    describe: 'Show what containers use of the machine',
    loadOptions: async () => (await import('./stats.js')).OPTIONS,
    load: () => import('./stats.js'),
  },
  {
    name: 'events',
    operands: '',
    describe: 'Show what happens to containers, as it happens',
    loadOptions: async () => (await import('./events.js')).OPTIONS,
    load: () => import('./events.js'),
  },
  {
    name: 'update',
    operands: 'CONTAINER...',
    describe: 'Change the limits of containers',
    loadOptions: async () => (await import('./update.js')).OPTIONS,
    load: () => import('./update.js'),
  },
  {
    name: 'info',
    operands: '',
    describe: 'Show what mini finds on this machine',
    loadOptions: async () => (await import('./info.js')).OPTIONS,
    load: () => import('./info.js'),
  },
  {
    name: 'version',
    operands: '',
    describe: 'Show the version of mini',
    loadOptions: async () => (await import('./show-version.js')).OPTIONS,
    load: () => import('./show-version.js'),
  },
  {
    name: 'container',
    operands: 'COMMAND',
    describe: 'Commands for containers, such as container ls and container prune',
    loadCommands: async () => Object.keys((await import('./container.js')).COMMANDS),
    loadOptions: async () => (await import('./container.js')).OPTIONS,
    load: () => import('./container.js'),
  },
  {
    name: 'system',
    operands: 'COMMAND',
    describe: 'Commands for all of mini, such as system info',
    loadCommands: async () => Object.keys((await import('./system.js')).COMMANDS),
    loadOptions: async () => (await import('./system.js')).OPTIONS,
    load: () => import('./system.js'),
  },
];

/** Commands that have no other name than the one within their group. */
export const GROUPED_COMMANDS: readonly Command[] = [
  {
    name: 'container prune',
    operands: '',
    describe: 'Remove all containers that do not run',
    loadOptions: async () => (await import('./container-prune.js')).OPTIONS,
    load: () => import('./container-prune.js'),
  },
  ...GROUPED_IMAGE_COMMANDS,
  ...GROUPED_VOLUME_COMMANDS,
  {
    name: 'system unit',
    operands: '',
    describe: 'Print a systemd unit that starts what is to run after a reboot',
    loadOptions: async () => (await import('./system-unit.js')).OPTIONS,
    load: () => import('./system-unit.js'),
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
