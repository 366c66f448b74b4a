import type { CommandLine } from './command-line/read-words.js';
import { describeMistake, describeUnknownCommand } from './command-line/suggest.js';
import {
  completeWords,
  printCompletionScript,
  showCommandHelp,
  showMainHelp,
} from './command-line/yargs-face.js';
import { COMMANDS } from './command-table.js';
import { findCommand } from './grouped-commands.js';
import { MAIN_OPTIONS } from './options/main.js';
import { readVersion } from './version.js';

/** What the script that yargs makes for the shell asks with. */
const COMPLETION_QUESTION = '--get-yargs-completions';

/** The result of a command line that runs none of the commands: help, version, completion. Throws `RuntimeError`. */
export async function answerWithoutCommand(argv: readonly string[], line: CommandLine): Promise<string> {
  if (argv[0] === COMPLETION_QUESTION) return completeWords(argv);
  if (line.mistake !== undefined) throw describeMistake(line.mistake, MAIN_OPTIONS, 'mini');
  const [name, topic, part] = line.operands;
  const has = (flag: string) => line.flags.some(({ option }) => option.name === flag);
  if (has('version')) return `${readVersion()}\n`;
  if (name === 'completion') return printCompletionScript();
  const asked = name === 'help' ? topic : name;
  if (name === 'help' && topic !== undefined && part !== undefined) {
    const command = findCommand(part, topic);
    if (command !== undefined) return showCommandHelp(command.name);
  }
  if (asked === undefined) return showMainHelp();
  const names = [...COMMANDS.map((command) => command.name), 'help', 'completion'];
  if (asked === 'help' || asked === 'completion') return showMainHelp();
  if (!names.includes(asked)) throw describeUnknownCommand(asked, names);
  return showCommandHelp(asked);
}
