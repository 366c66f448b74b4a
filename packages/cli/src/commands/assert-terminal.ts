import { RuntimeError } from '@mini/contracts';
import type { CommandIo } from './command.js';

/** A pipe into a terminal would be echoed and edited, and its end would not be seen: nobody means that. */
export async function assertTerminal(
  { interactive, tty }: { readonly interactive: boolean; readonly tty: boolean },
  io: CommandIo,
): Promise<void> {
  if (!interactive || !tty || (await io.stdinIsTerminal?.()) !== false) return;
  throw new RuntimeError({
    code: 'no-terminal',
    message: 'failed to connect the terminal (-t): stdin is not a terminal',
    context: { hint: 'leave out -t to pipe into the command' },
  });
}
