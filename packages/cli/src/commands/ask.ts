import { readSync } from 'node:fs';
import { sleepSync } from '@mini/contracts';
import type { CommandIo } from './command.js';

const LINE_FEED = 10;

/** Asks a question that only `y` and `yes` answer with yes; the end of the input is no. */
export function askToContinue(warning: string, { writeError }: CommandIo): boolean {
  writeError(`WARNING! ${warning}\nAre you sure you want to continue? [y/N] `);
  const { text, isWhole } = readLine();
  // Nobody has moved the cursor on.
  if (!isWhole) writeError('\n');
  return /^y(es)?$/i.test(text.trim());
}

/** A byte at a time: what follows the line belongs to others. */
function readLine(): { text: string; isWhole: boolean } {
  const byte = Buffer.alloc(1);
  const bytes: number[] = [];
  while (readByte(byte) && byte[0] !== LINE_FEED && bytes.length < 100) bytes.push(byte[0]!);
  return { text: Buffer.from(bytes).toString(), isWhole: byte[0] === LINE_FEED };
}

function readByte(byte: Buffer): boolean {
  for (;;) {
    try {
      return readSync(0, byte) === 1;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EAGAIN') return false;
      sleepSync(20);
    }
  }
}
