import yargs, { type Argv, type Options } from 'yargs';
import { COMMANDS } from '../command-table.js';
import { findCommand } from '../grouped-commands.js';
import { MAIN_OPTIONS } from '../options/main.js';
import { GROUPS, type Option } from '../options/option.js';
import { YARGS_CONFIGURATION } from './parse-flags.js';

/** Widest help text; the terminal may be narrower. */
const MAX_COLUMNS = 100;
const COMPLETION = 'Print a script that makes your shell complete the words of mini';

/** The help of `mini`. */
export async function showMainHelp(): Promise<string> {
  const parser = base()
    .usage('mini COMMAND [FLAGS] …')
    .epilogue('mini COMMAND --help shows the flags of a command.');
  for (const { name, describe } of COMMANDS) parser.command(name, describe);
  parser.command('help', 'Show the help of a command').command('completion', COMPLETION);
  declareOptions(parser, MAIN_OPTIONS);
  return `${await parser.getHelp()}\n`;
}

/** The help of one command, which must exist. */
export async function showCommandHelp(name: string): Promise<string> {
  const command = findCommand(name)!;
  const parser = base()
    .scriptName(`mini ${name}`)
    .usage(`mini ${command.name} [FLAGS] ${command.operands}\n\n${command.describe}`);
  for (const word of (await command.loadCommands?.()) ?? []) {
    parser.command(word, findCommand(word, name)?.describe ?? '');
  }
  declareOptions(parser, await command.loadOptions());
  return `${await parser.getHelp()}\n`;
}

/** The script that makes bash or zsh (by $SHELL) ask mini for completions. */
export async function printCompletionScript(): Promise<string> {
  const parser = await declareCommands();
  return capture(() => parser.showCompletionScript());
}

/** Answers the question of that script: possible next words, one a line. */
export async function completeWords(argv: readonly string[]): Promise<string> {
  const parser = await declareCommands();
  const words = await capture(() => parser.parseAsync([...argv]));
  // yargs offers short flags too, but with two dashes.
  return words.replace(/^--.$\n?/gm, '');
}

/** Declares the options of the table to yargs. */
export function declareOptions(parser: Argv, options: readonly Option[]): Argv {
  for (const option of options) parser.option(option.name, toYargsOption(option));
  return parser;
}

function toYargsOption(option: Option): Options {
  const { kind, alias = [], group, describe } = option;
  const value = kind === 'boolean' ? '' : `${option.placeholder}  `;
  const shown = 'default' in option ? { defaultDescription: String(option.default) } : {};
  return {
    alias: [...alias],
    group: GROUPS[group],
    describe: `${value}${describe}`,
    ...(kind === 'boolean' ? { type: 'boolean' } : { type: 'string' }),
    ...(kind === 'list' ? { array: true } : {}),
    ...shown,
  };
}

function base(): Argv {
  return yargs([])
    .scriptName('mini')
    .locale('en')
    .help(false)
    .version(false)
    .exitProcess(false)
    .parserConfiguration(YARGS_CONFIGURATION)
    .wrap(Math.min(MAX_COLUMNS, process.stderr.columns ?? MAX_COLUMNS));
}

async function declareCommands(): Promise<Argv> {
  const parser = base().completion('completion', COMPLETION);
  for (const command of COMMANDS) {
    const options = await command.loadOptions();
    parser.command(command.name, command.describe, (inner) => declareOptions(inner, options));
  }
  return declareOptions(parser, MAIN_OPTIONS);
}

/** yargs prints completions itself, with console.log: this gives them back instead. */
async function capture(print: () => unknown): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...values: unknown[]) => void lines.push(values.join(' '));
  try {
    await print();
  } finally {
    console.log = log;
  }
  return `${lines.join('\n')}\n`;
}
