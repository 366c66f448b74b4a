import { RuntimeError } from '@mini/contracts';
import type { Diagnostics } from '../diagnostics.js';
import type { NamespacePlace } from '../engine/user-namespace/enter-namespace.js';
import type { CommandIo, CommandModule } from './command.js';
import { type Arguments, readArguments } from './command-line/read-arguments.js';
import { openDiagnostics } from './open-diagnostics.js';
import type { Option } from './options/option.js';

/** A command that makes no container. */
export interface PlainCommand {
  readonly name: string;
  readonly options: readonly Option[];
  /** How many operands it takes. */
  readonly operands: { readonly least: number; readonly most?: number; readonly called: string };
  /** Everything from the first operand on is operands. */
  readonly stopsAtOperand?: boolean;
  /**
   * Where an ordinary user's command is to run: `undefined`, here, or as root of a user namespace. There all of it is done
   * once more.
   */
  place?(given: Arguments): NamespacePlace | undefined;
  /** Returns the exit code; what it throws is reported, and the exit code is 1. */
  perform(given: Arguments, io: CommandIo, diagnostics: Diagnostics): number | Promise<number>;
}

/** The function that a command's file exports: takes the words after its name, returns the exit code. */
export function plainCommand(command: PlainCommand): CommandModule['runCommand'] {
  return (words, io) => runPlainCommand(command, words, io);
}

async function runPlainCommand(
  command: PlainCommand,
  words: readonly string[],
  io: CommandIo,
): Promise<number> {
  const given = readArguments(words, command.options, { stops: command.stopsAtOperand === true });
  const diagnostics = openDiagnostics(given.flags, io);
  try {
    if (given.flags.some(({ option }) => option.name === 'help')) return await showHelp(command, io);
    await checkArguments(command, given);
    return (await performElsewhere(command, given, io)) ?? (await command.perform(given, io, diagnostics));
  } catch (error) {
    diagnostics.error(error);
    return 1;
  }
}

async function performElsewhere(
  command: PlainCommand,
  given: Arguments,
  { words }: CommandIo,
): Promise<number | undefined> {
  if (command.place === undefined || words === undefined || process.geteuid?.() === 0) return undefined;
  const place = command.place(given);
  if (place === undefined) return undefined;
  const { reenter } = await import('./reenter.js');
  return await reenter(place, words);
}

async function showHelp({ name }: PlainCommand, io: CommandIo): Promise<number> {
  const { showCommandHelp } = await import('./command-line/yargs-face.js');
  io.writeOut(await showCommandHelp(name));
  return 0;
}

async function checkArguments({ name, options, operands }: PlainCommand, given: Arguments): Promise<void> {
  if (given.mistake !== undefined) {
    const { describeMistake } = await import('./command-line/suggest.js');
    throw describeMistake(given.mistake, options, `mini ${name}`);
  }
  const { least, most = Number.POSITIVE_INFINITY, called } = operands;
  const count = given.operands.length;
  if (count >= least && count <= most) return;
  throw new RuntimeError({
    code: 'bad-option',
    message:
      count < least
        ? `failed to run mini ${name}: ${called} is missing`
        : `failed to run mini ${name}: "${given.operands[most]}" is one operand too many`,
    context: { hint: `mini ${name} --help shows how it is used` },
  });
}

/**
 * Does something to each of several containers; one that fails is reported and does not keep the others from their turn.
 * Prints each name as it was given, when it is done. Returns the exit code.
 */
export async function performOnEach(
  names: readonly string[],
  { writeOut }: CommandIo,
  diagnostics: Diagnostics,
  act: (name: string, index: number) => void | Promise<void>,
): Promise<number> {
  let exitCode = 0;
  for (const [index, name] of names.entries()) {
    try {
      await act(name, index);
      writeOut(`${name}\n`);
    } catch (error) {
      diagnostics.error(error);
      exitCode = 1;
    }
  }
  return exitCode;
}
