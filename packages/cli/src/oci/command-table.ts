import type { OciCommand } from './command.js';

/** A command before it is loaded. */
export interface CommandEntry {
  readonly usage: string;
  readonly describe: string;
  load(): Promise<OciCommand>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  create: {
    usage: '[flags] ID',
    describe: 'create a container from a bundle; "start" runs its process',
    load: async () => (await import('./commands/create.js')).createCommand,
  },
  start: {
    usage: 'ID',
    describe: 'run the process of a created container',
    load: async () => (await import('./commands/start.js')).startCommand,
  },
  state: {
    usage: 'ID',
    describe: 'print the state of a container as JSON',
    load: async () => (await import('./commands/state.js')).stateCommand,
  },
  kill: {
    usage: '[flags] ID [SIGNAL]',
    describe: 'send a signal to a container, TERM unless told',
    load: async () => (await import('./commands/kill.js')).killCommand,
  },
  delete: {
    usage: '[flags] ID',
    describe: 'remove a stopped container',
    load: async () => (await import('./commands/delete.js')).deleteCommand,
  },
  exec: {
    usage: '[flags] ID [--] COMMAND [arguments] | --process FILE [flags] ID',
    describe: 'run another process in a running container',
    load: async () => (await import('./commands/exec.js')).execCommand,
  },
  run: {
    usage: '[flags] ID',
    describe: 'create a container from a bundle and start it',
    load: async () => (await import('./commands/run.js')).runCommand,
  },
  pause: {
    usage: 'ID',
    describe: 'stop all processes of a container',
    load: async () => (await import('./commands/pause.js')).pauseCommand,
  },
  resume: {
    usage: 'ID',
    describe: 'let a paused container go on',
    load: async () => (await import('./commands/resume.js')).resumeCommand,
  },
  update: {
    usage: '[flags] ID',
    describe: 'change the limits of a container',
    load: async () => (await import('./commands/update.js')).updateCommand,
  },
  ps: {
    usage: '[flags] ID [ps flags]',
    describe: 'list the processes of a container',
    load: async () => (await import('./commands/ps.js')).psCommand,
  },
  list: {
    usage: '[flags]',
    describe: 'list containers',
    load: async () => (await import('./commands/list.js')).listCommand,
  },
  events: {
    usage: '[flags] ID',
    describe: 'print accounts and OOM kills of a container',
    load: async () => (await import('./commands/events.js')).eventsCommand,
  },
  spec: {
    usage: '[flags]',
    describe: 'write a configuration to begin with',
    load: async () => (await import('./commands/spec.js')).specCommand,
  },
  features: {
    usage: '',
    describe: 'print what mini-oci can do as JSON',
    load: async () => (await import('./commands/features.js')).featuresCommand,
  },
  checkpoint: {
    usage: '[flags] ID',
    describe: 'refused: containers are not checkpointed',
    load: async () => (await import('./commands/checkpoint.js')).checkpointCommand,
  },
  restore: {
    usage: '[flags] ID',
    describe: 'refused: containers are not restored',
    load: async () => (await import('./commands/checkpoint.js')).checkpointCommand,
  },
};
