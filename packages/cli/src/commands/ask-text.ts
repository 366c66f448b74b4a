import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { CommandIo } from './command.js';

/** Asks for a line at the terminal; `undefined` when what is typed ends before there is one. */
export async function askText(
  question: string,
  io: Pick<CommandIo, 'writeError'>,
): Promise<string | undefined> {
  return await readTyped(question, io, (text) => io.writeError(text));
}

/** The same for what nobody is to see: nothing of what is typed is shown. */
export async function askUnseen(
  question: string,
  io: Pick<CommandIo, 'writeError'>,
): Promise<string | undefined> {
  try {
    return await readTyped(question, io, () => {});
  } finally {
    io.writeError('\n');
  }
}

async function readTyped(
  question: string,
  { writeError }: Pick<CommandIo, 'writeError'>,
  show: (text: string) => void,
): Promise<string | undefined> {
  const output = new Writable({
    write: (chunk, _, done) => {
      show(String(chunk));
      done();
    },
  });
  // The question before this one has let go of it.
  process.stdin.ref();
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  // Asked only now: whoever answers at once is not to have it shown by the terminal itself.
  writeError(question);
  // It takes the terminal's signals for keys: an interrupt is to end the program as anywhere else.
  lines.on('SIGINT', () => {
    lines.close();
    writeError('\n');
    process.kill(process.pid, 'SIGINT');
  });
  try {
    return await new Promise((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(undefined));
    });
  } finally {
    lines.close();
    process.stdin.unref();
  }
}
