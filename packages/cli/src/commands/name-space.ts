import { RuntimeError } from '@mini/contracts';
import type { CommandModule } from './command.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

/** Commands by the word that follows the group's name. */
export type SubCommands = Readonly<Record<string, () => Promise<CommandModule>>>;

/** A command whose first operand names another: `mini container ls`. */
export function nameSpace(name: string, commands: SubCommands): CommandModule['runCommand'] {
  return plainCommand({
    name,
    options: withCommon(),
    operands: { least: 1, called: `the command (${Object.keys(commands).join(', ')})` },
    stopsAtOperand: true,
    async perform({ operands: [first = '', ...rest], flags }, io) {
      const load = Object.hasOwn(commands, first) ? commands[first] : undefined;
      if (load === undefined) throw await unknownCommand(name, first, commands);
      // What was said before the command's name is for it too.
      const before = flags.map(({ option, value }) => `--${option.name}=${value}`);
      return (await load()).runCommand([...before, ...rest], io);
    },
  });
}

async function unknownCommand(name: string, word: string, commands: SubCommands): Promise<RuntimeError> {
  const { findNearest } = await import('./command-line/suggest.js');
  const nearest = findNearest(word, Object.keys(commands));
  const hint =
    nearest === undefined ? `mini ${name} --help lists the commands` : `did you mean "${nearest}"?`;
  const message = `failed to find the command "${name} ${word}": there is no such command`;
  return new RuntimeError({ code: 'unknown-command', message, context: { hint } });
}
