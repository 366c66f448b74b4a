import { resolve } from 'node:path';
import { reasonOf } from '@mini/contracts';
import { Problem, quote } from '../problem.js';
import type { ParseContext } from '../run-draft.js';

/** One line of an env-file or label-file that says something; `where` is `"FILE" line N`. */
export interface FileLine {
  readonly text: string;
  readonly where: string;
}

/** The reason of a failed file call, as messages say it. */
export function describeReason(error: unknown): string {
  return reasonOf(error);
}

/**
 * The lines of a file that are neither empty nor comments (`#` first), without leading blanks; nothing is unquoted.
 * Throws `Problem` when the file cannot be read or is not UTF-8.
 */
export function readFileLines(path: string, context: ParseContext): FileLine[] {
  return readTextFile(path, context)
    .split('\n')
    .flatMap((line, index) => {
      const trimmed = line.replace(/\r$/, '').trimStart();
      if (trimmed === '' || trimmed.startsWith('#')) return [];
      return [{ text: trimmed, where: `line ${index + 1}` }];
    });
}

/** The whole of a file. Throws `Problem` when it cannot be read or is not UTF-8. */
export function readTextFile(path: string, context: ParseContext): string {
  return decode(readFile(path, context));
}

function readFile(path: string, context: ParseContext): Uint8Array {
  if (path === '') throw new Problem('the path is empty');
  try {
    return context.readFile(resolve(context.cwd, path));
  } catch (error) {
    throw new Problem(describeReason(error), { verb: 'read' });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('it is not UTF-8 text', { verb: 'read' });
  }
}

/** Splits `KEY=value` at the first `=`; a missing `=` gives no value. Throws `Problem` for an empty key. */
export function splitKeyValue(text: string): { key: string; value: string | undefined } {
  const equals = text.indexOf('=');
  const key = equals === -1 ? text : text.slice(0, equals);
  if (key === '') throw new Problem(`the name before "=" is empty${text === '' ? '' : ` in ${quote(text)}`}`);
  return { key, value: equals === -1 ? undefined : text.slice(equals + 1) };
}
