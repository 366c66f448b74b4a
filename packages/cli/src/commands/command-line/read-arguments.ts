import type { Option } from '../options/option.js';
import { parseBoolean } from '../parse/number.js';
import { collect, type Failure, quote, throwFailures } from '../problem.js';
import { type Flag, type Mistake, readWords } from './read-words.js';

/** What a command line says to a command that makes no container. */
export interface Arguments {
  readonly operands: readonly string[];
  readonly flags: readonly Flag[];
  readonly mistake?: Mistake;
  /** Whether a flag is on. */
  has(name: string): boolean;
  /** The last value of a flag. */
  get(name: string): string | undefined;
  /** All its values. */
  all(name: string): readonly string[];
  /** The last value, parsed. Throws `RuntimeError` `bad-option` for the `Problem` that `parse` throws. */
  parse<T>(name: string, parse: (value: string) => T): T | undefined;
  /** All values, parsed. Throws likewise. */
  parseAll<T>(name: string, parse: (value: string) => T): T[];
}

/**
 * Flags may stand behind operands too, as docker has it: `rm web -f`. What stands behind `--` is an operand whatever it
 * looks like. With `stops`, reading ends at the first operand, which begins words of another program.
 */
export function readArguments(
  words: readonly string[],
  options: readonly Option[],
  { stops = false }: { readonly stops?: boolean } = {},
): Arguments {
  const flags: Flag[] = [];
  const operands: string[] = [];
  let rest = words;
  let mistake: Mistake | undefined;
  while (rest.length > 0 && mistake === undefined) {
    const line = readWords(rest, options);
    flags.push(...line.flags);
    mistake = line.mistake;
    const at = rest.length - line.operands.length;
    const isLast = stops || (at > 0 && rest[at - 1] === '--');
    operands.push(...(isLast ? line.operands : line.operands.slice(0, 1)));
    rest = isLast ? [] : line.operands.slice(1);
  }
  return toArguments(flags, operands, mistake);
}

function toArguments(
  flags: readonly Flag[],
  operands: readonly string[],
  mistake: Mistake | undefined,
): Arguments {
  const all = (name: string) => flags.filter(({ option }) => option.name === name).map(({ value }) => value);
  const parse = <T>(name: string, read: (value: string) => T) =>
    parseTexts(name, all(name).slice(-1), read)[0];
  return {
    flags,
    operands,
    ...(mistake === undefined ? {} : { mistake }),
    all,
    get: (name) => all(name).at(-1),
    has: (name) => parse(name, parseBoolean) ?? false,
    parse,
    parseAll: (name, read) => parseTexts(name, all(name), read),
  };
}

function parseTexts<T>(name: string, texts: readonly string[], read: (value: string) => T): T[] {
  const failures: Failure[] = [];
  const parsed = texts.map((text) => collect(failures, `--${name} ${quote(text)}`, () => read(text)));
  throwFailures(failures);
  return parsed as T[];
}
