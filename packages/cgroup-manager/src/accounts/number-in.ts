import type { Int64 } from '@mini/contracts';
import { parseExact } from '../control-file.js';

/** The number in a file that may be missing: nothing was counted then. */
export function numberIn(text: string | undefined): Int64 {
  return parseExact(text, 0);
}

/** A limit; `null` when v2 says `max`. v1 writes a huge number, which is given as it is. */
export function limitIn(text: string | undefined): Int64 | null {
  return text?.trim() === 'max' ? null : numberIn(text);
}

/** Lines `name value`, digit for digit and in the kernel's order. */
export function numbersIn(text: string | undefined): Readonly<Record<string, Int64>> {
  const lines = [...(text ?? '').matchAll(/^(\S+) (\d+)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, numberIn(value)]));
}
