import { usageError } from '../oci-error.js';
import type { Flag } from './flag.js';

/** Words of a command line, sorted. */
export class Given {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(
    values: ReadonlyMap<string, readonly string[]>,
    readonly operands: readonly string[],
  ) {
    this.#values = values;
  }

  /** The value given last. */
  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** Whether a toggle is on. */
  is(name: string): boolean {
    return this.get(name) === 'true';
  }
}

/** What a toggle may be given: the words of Go's strconv.ParseBool, which callers in Go write. */
const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((word) => [word, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((word) => [word, false] as const),
]);

/** `undefined` for a word that says neither. */
export function readSwitchWord(word: string): boolean | undefined {
  return SWITCH_WORDS.get(word);
}

/**
 * Sorts the words of a command: `--name value`, `--name=value`, one dash or two, as Go's programs take them. Flags may
 * stand after operands too, but not after `mostOperands` of them: what follows is a command line of its own; with 0
 * every word is an operand. Letters may share a dash, as crun's users write them. Throws `RuntimeError` `usage`.
 */
export function readFlags(given: readonly string[], flags: readonly Flag[], mostOperands = Infinity): Given {
  if (mostOperands === 0) return new Given(new Map(), given);
  const words = [...given];
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  let index = 0;
  for (; index < words.length; index += 1) {
    const word = words[index]!;
    if (word === '--') return new Given(values, [...operands, ...words.slice(index + 1)]);
    if (!isFlag(word)) {
      if (operands.push(word) < mostOperands) continue;
      return new Given(values, [...operands, ...words.slice(index + 1)]);
    }
    const group = splitGroup(flags, word);
    if (group !== undefined) {
      words.splice(index--, 1, ...group);
      continue;
    }
    const equals = word.indexOf('=');
    const flag = findFlag(flags, equals < 0 ? word : word.slice(0, equals));
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    const value = flag.value === undefined ? readSwitch(word, attached) : (attached ?? words[++index]);
    if (value === undefined) throw usageError(`flag needs an argument: "${word}"`);
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return new Given(values, operands);
}

/** A lone dash is a file, and a number a number. */
function isFlag(word: string): boolean {
  return /^-{1,2}[A-Za-z?]/.test(word);
}

function findFlag(flags: readonly Flag[], word: string): Flag {
  const name = word.replace(/^-{1,2}/, '');
  const flag = flags.find((each) => each.name === name || each.short === name);
  if (flag === undefined) throw usageError(`flag provided but not defined: "${word}"`);
  return flag;
}

/** `-dt` ▶ `-d`, `-t`, where no flag has that name: all but the last are switches. */
function splitGroup(flags: readonly Flag[], word: string): string[] | undefined {
  const name = word.slice(1);
  if (!/^[A-Za-z]{2,}$/.test(name) || flags.some((flag) => flag.name === name)) return undefined;
  const found = [...name].map((letter) => flags.find(({ short }) => short === letter));
  const isGroup = found.every((flag, index) =>
    index < found.length - 1 ? flag !== undefined && flag.value === undefined : flag !== undefined,
  );
  return isGroup ? [...name].map((letter) => `-${letter}`) : undefined;
}

function readSwitch(word: string, attached: string | undefined): string {
  const value = readSwitchWord(attached ?? 'true');
  if (value === undefined) throw usageError(`invalid boolean value "${attached}" for "${word}"`);
  return String(value);
}
