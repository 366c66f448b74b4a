import { Problem, quote } from '../problem.js';
import type { ParseContext } from '../run-draft.js';
import { readFileLines, splitKeyValue } from './file.js';

/** `KEY=value`, or `KEY` alone: the host's value, nothing when the host has none. Throws `Problem`. */
export function parseEnv(text: string, { env }: Pick<ParseContext, 'env'>): string[] {
  const pair = splitKeyValue(text);
  const value = pair.value ?? env[pair.key];
  return value === undefined ? [] : [`${pair.key}=${value}`];
}

/** The variables of an env-file. Throws `Problem`, which names the first bad line. */
export function parseEnvFile(path: string, context: ParseContext): string[] {
  return readFileLines(path, context).flatMap(({ text, where }) => {
    const { key } = nameLine(where, text);
    if (/\s/.test(key)) throw new Problem(`${where}: the name ${quote(key)} has a blank in it`);
    return parseEnv(text, context);
  });
}

/** `key=value` or `key`, whose value is then empty. Throws `Problem`. */
export function parseLabel(text: string): Record<string, string> {
  const { key, value = '' } = splitKeyValue(text);
  return { [key]: value };
}

/** The labels of a label-file. Throws `Problem`, which names the first bad line. */
export function parseLabelFile(path: string, context: ParseContext): Record<string, string> {
  const pairs = readFileLines(path, context).map(({ text, where }): [string, string] => {
    const { key, value = '' } = nameLine(where, text);
    return [key, value];
  });
  return Object.fromEntries(pairs);
}

function nameLine(where: string, text: string): ReturnType<typeof splitKeyValue> {
  if (text.startsWith('=')) throw new Problem(`${where}: the name before "=" is empty in ${quote(text)}`);
  return splitKeyValue(text);
}
