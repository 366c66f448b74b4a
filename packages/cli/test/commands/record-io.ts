import type { CommandIo } from '../../src/commands/command.js';

/** A command's surroundings that keep what it says. */
export interface RecordedIo extends CommandIo {
  readonly out: string;
  readonly err: string;
}

/** An empty environment and the working directory `/work`. */
export function recordIo(): RecordedIo {
  const out: string[] = [];
  const err: string[] = [];
  return {
    env: {},
    cwd: '/project',
    writeOut: (text) => void out.push(text),
    writeError: (text) => void err.push(text),
    get out() {
      return out.join('');
    },
    get err() {
      return err.join('');
    },
  };
}
