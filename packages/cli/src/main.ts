import type { CommandIo } from './commands/command.js';
import { readWords } from './commands/command-line/read-words.js';
import { COMMANDS } from './commands/command-table.js';
import { openDiagnostics } from './commands/open-diagnostics.js';
import { MAIN_OPTIONS } from './commands/options/main.js';
import { writeAll } from './commands/print.js';
import { removeForeignTrees } from './engine/remove-foreign-tree.js';

/** Takes a whole command line, without the program's name, to the command it names; returns the exit code. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const { flags, operands, mistake } = readWords(argv, MAIN_OPTIONS);
  const [name, ...words] = operands;
  const has = (flag: string) => flags.some(({ option }) => option.name === flag);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined && mistake === undefined && !has('help') && !has('version')) {
    const before = argv.slice(0, argv.length - operands.length).filter((word) => word !== '--');
    const code = await (await command.load()).runCommand([...before, ...words], io);
    await removeLeftTrees();
    return code;
  }
  const diagnostics = openDiagnostics(flags, io);
  try {
    const { answerWithoutCommand } = await import('./commands/without-command.js');
    io.writeOut(await answerWithoutCommand(argv, { flags, operands, ...(mistake && { mistake }) }));
    return 0;
  } catch (error) {
    diagnostics.error(error);
    return 1;
  }
}

/** A command has done its work without: what cannot be removed now is found by the next. */
async function removeLeftTrees(): Promise<void> {
  try {
    await removeForeignTrees();
  } catch {
    // It has said why.
  }
}

/**
 * Runs this process's command line and leaves. The one place that exits. `afterSuccess` is called when everything on the
 * way has run: when a container has ended, whatever its exit code, or the command has done what it was asked for.
 */
export async function runProcess(
  afterSuccess: () => void = () => undefined,
  words: readonly string[] = process.argv.slice(2),
): Promise<never> {
  const io: CommandIo = {
    env: process.env,
    cwd: process.cwd(),
    words,
    // Loaded when somebody asks: it brings streams and sockets along, milliseconds that most containers do not need.
    stdinIsTerminal: async () => (await import('node:tty')).isatty(0),
    afterContainer: afterSuccess,
    writeOut: (text) => writeAll(1, text),
    writeError: (text) => void writeAll(2, text),
  };
  const code = await main(words, io);
  if (code === 0) afterSuccess();
  process.exit(code);
}
