import parseArgs from 'yargs-parser';
import type { Option } from '../options/option.js';
import type { Flag } from './read-words.js';

/** Values by long name; a list has an array. Booleans are still the text that was written. */
export type FlagValues = ReadonlyMap<string, string | readonly string[]>;

/** How yargs is to read words that `toYargsWords` made; the same for its parser alone and for all of yargs. */
export const YARGS_CONFIGURATION = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'halt-at-non-option': true,
  'parse-numbers': false,
  'parse-positional-numbers': false,
} as const;

/**
 * The flags as words for yargs. Each value is quoted because yargs takes one pair of quotes off; without a pair of
 * ours it would take off the user's.
 */
export function toYargsWords(flags: readonly Flag[]): string[] {
  return flags.map(({ option, value }) => `--${option.name}="${value}"`);
}

/**
 * What the flags say, by yargs' own parser: of a scalar the last value, of a list all. Only options that occur are
 * declared, for its work grows with each declared one.
 */
export function parseFlags(flags: readonly Flag[]): FlagValues {
  const options = [...new Set(flags.map(({ option }) => option))];
  if (options.length === 0) return new Map();
  const parsed = parseArgs(toYargsWords(flags), {
    array: options.filter(({ kind }) => kind === 'list').map(({ name }) => name),
    string: options.map(({ name }) => name),
    configuration: YARGS_CONFIGURATION,
  });
  return collectValues(options, parsed);
}

/**
 * Picks the options out of what yargs returns, which has operands and its own name in it too. yargs gathers a scalar
 * that is given twice in an array.
 */
export function collectValues(
  options: readonly Option[],
  parsed: Readonly<Record<string, unknown>>,
): FlagValues {
  const values = new Map<string, string | readonly string[]>();
  for (const { name, kind } of options) {
    const value = parsed[name];
    if (value === undefined) continue;
    const given = [value].flat().map(String);
    values.set(name, kind === 'list' ? given : given.at(-1)!);
  }
  return values;
}
