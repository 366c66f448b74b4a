import type { Option } from '../options/option.js';

/** A command line in which every flag has its long name and its value: what a parser cannot read in two ways. */
export interface CommandLine {
  readonly flags: readonly Flag[];
  /** From the first word that is no flag, or what stands after `--`; not looked at any further. */
  readonly operands: readonly string[];
  /** What stopped the reading. */
  readonly mistake?: Mistake;
}

export interface Flag {
  readonly option: Option;
  readonly value: string;
}

export interface Mistake {
  readonly kind: 'unknown' | 'no-value';
  /** With its dashes. */
  readonly flag: string;
  /** The word it stands in, when that has other flags too. */
  readonly word?: string;
}

/** The options by every name, with dashes: `--memory`, `-m`. */
export function indexOptions(options: readonly Option[]): Map<string, Option> {
  const index = new Map<string, Option>();
  for (const option of options) {
    for (const name of [option.name, ...(option.alias ?? [])]) {
      index.set(name.length === 1 ? `-${name}` : `--${name}`, option);
    }
  }
  return index;
}

/**
 * Reads flags as docker does: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, `-it`; a value may
 * begin with a dash; a boolean takes a value only after `=`. Reading stops at the first operand, so that everything
 * behind the image belongs to the command.
 */
export function readWords(words: readonly string[], options: readonly Option[]): CommandLine {
  const index = indexOptions(options);
  const flags: Flag[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at]!;
    if (word === '--') return { flags, operands: words.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') return { flags, operands: words.slice(at) };
    const read = word.startsWith('--') ? readLong : readShort;
    const mistake = read(word, words[at + 1], index, flags);
    if (typeof mistake === 'object') return { flags, operands: [], mistake };
    at += mistake;
  }
  return { flags, operands: [] };
}

/** Returns how many words were taken, or what is wrong. */
type Reading = 1 | 2 | Mistake;

function readLong(
  word: string,
  next: string | undefined,
  index: Map<string, Option>,
  flags: Flag[],
): Reading {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const option = index.get(name);
  if (option === undefined) return { kind: 'unknown', flag: name };
  return take(option, name, equals === -1 ? undefined : word.slice(equals + 1), next, flags);
}

function readShort(
  word: string,
  next: string | undefined,
  index: Map<string, Option>,
  flags: Flag[],
): Reading {
  for (let at = 1; at < word.length; at++) {
    const name = `-${word[at]}`;
    const option = index.get(name);
    if (option === undefined) return { kind: 'unknown', flag: name, word };
    const rest = word.slice(at + 1);
    if (option.kind === 'boolean' && !rest.startsWith('=')) {
      flags.push({ option, value: 'true' });
    } else {
      return take(option, name, rest === '' ? undefined : rest.replace(/^=/, ''), next, flags);
    }
  }
  return 1;
}

function take(
  option: Option,
  name: string,
  attached: string | undefined,
  next: string | undefined,
  flags: Flag[],
): Reading {
  const value = attached ?? (option.kind === 'boolean' ? 'true' : next);
  if (value === undefined) return { kind: 'no-value', flag: name };
  flags.push({ option, value });
  return attached === undefined && option.kind !== 'boolean' ? 2 : 1;
}
