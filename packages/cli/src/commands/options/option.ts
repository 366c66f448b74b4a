import type { ParseContext, RunDraft } from '../run-draft.js';

/** Headings of the help text, in its order. */
export const GROUPS = {
  container: 'Container:',
  process: 'Process:',
  life: 'Life:',
  files: 'Files and devices:',
  limits: 'Limits:',
  isolation: 'Isolation:',
  command: 'Flags:',
  about: 'About mini itself:',
} as const;

interface OptionBase {
  /** Long name, without the dashes. */
  readonly name: string;
  /** Other names; a single letter is a short flag. */
  readonly alias?: readonly string[];
  readonly group: keyof typeof GROUPS;
  /** For the help text. */
  readonly describe: string;
  /** Its key in a configuration file; the long name in camelCase unless told, `false`: it has none. */
  readonly configKey?: string | false;
}

/** A flag that takes a value; given twice, the later one wins. */
export interface StringOption extends OptionBase {
  readonly kind: 'string';
  /** What the value is, for the help text. */
  readonly placeholder: string;
  /** What stands in the help text as the default. */
  readonly default?: string;
  /** Throws `Problem`. */
  readonly parse: (value: string, context: ParseContext) => RunDraft;
}

/** A flag that takes a value and may be given many times. */
export interface ListOption extends OptionBase {
  readonly kind: 'list';
  /** Its values have the form `KEY=VALUE`: a configuration file may give a map. */
  readonly isMap?: true;
  readonly placeholder: string;
  readonly parse: (value: string, context: ParseContext) => RunDraft;
}

/** `--flag`, `--flag=true` or `--flag=false`. */
export interface BooleanOption extends OptionBase {
  readonly kind: 'boolean';
  readonly default?: boolean;
  readonly parse: (value: boolean) => RunDraft;
}

/** One flag: the reader, the help text, the completion and the tests are all fed from it. */
export type Option = StringOption | ListOption | BooleanOption;

/** How messages name a flag: `-e`, or `--name` when it has no letter. */
export function labelOf(option: Option): string {
  const letter = option.alias?.find((alias) => alias.length === 1);
  return letter === undefined ? `--${option.name}` : `-${letter}`;
}
