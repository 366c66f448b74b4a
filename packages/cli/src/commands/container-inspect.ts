import type { CommandModule } from './command.js';
import { runCommand as inspect } from './inspect.js';

export { OPTIONS } from './inspect.js';

/** `mini container inspect`: of containers alone, unless a type is given. */
export const runCommand: CommandModule['runCommand'] = (words, io) =>
  inspect(['--type', 'container', ...words], io);
