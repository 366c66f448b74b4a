import { COMMON_OPTIONS } from './about.js';
import type { BooleanOption, ListOption, Option, StringOption } from './option.js';

/**
 * Flags of commands that make no container: their values are read by the command itself, out of `Arguments`, and say
 * nothing about a run.
 */
const saysNothing = () => ({});

/** `names` are a short and a long name with their dashes, as the help text shows them: `-a, --all`. */
export function flag(names: string, describe: string): BooleanOption {
  return { kind: 'boolean', ...nameOption(names), group: 'command', describe, parse: saysNothing };
}

/** A flag with a value, of which the last counts. */
export function value(names: string, placeholder: string, describe: string, shown?: string): StringOption {
  return {
    kind: 'string',
    ...nameOption(names),
    group: 'command',
    placeholder,
    describe,
    parse: saysNothing,
    ...(shown === undefined ? {} : { default: shown }),
  };
}

/** A flag with a value that may be given many times. */
export function list(names: string, placeholder: string, describe: string): ListOption {
  return { kind: 'list', ...nameOption(names), group: 'command', placeholder, describe, parse: saysNothing };
}

/** A command's own flags and those of every command. */
export function withCommon(...options: readonly Option[]): readonly Option[] {
  return [...options, ...COMMON_OPTIONS];
}

function nameOption(names: string): { name: string; alias?: string[] } {
  const all = names.split(', ').map((name) => name.replace(/^--?/, ''));
  const name = all.findLast((each) => each.length > 1)!;
  const alias = all.filter((each) => each !== name);
  return alias.length === 0 ? { name } : { name, alias };
}
