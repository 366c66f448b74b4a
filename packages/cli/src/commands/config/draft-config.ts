import type { ListOption, Option, StringOption } from '../options/option.js';
import { RUN_OPTIONS } from '../options/run.js';
import { type Failure, quote } from '../problem.js';
import { mergeDrafts, type ParseContext, type RunDraft } from '../run-draft.js';
import { checkValue } from './check-value.js';
import { draftMounts } from './draft-mounts.js';
import { readArgv, readBoolean, readImage, readList, readScalar } from './read-values.js';

/** Turns the value of one key into a draft; what is wrong goes into the last argument as `key: reason`. */
type KeyReader = (key: string, value: unknown, context: ParseContext, failures: Failure[]) => RunDraft;

/** Keys that no flag stands for. */
const OWN_KEYS: Readonly<Record<string, KeyReader>> = {
  image: (key, value, _, failures) => check(key, failures, () => ({ settings: { image: readImage(value) } })),
  command: (key, value, _, failures) => check(key, failures, () => ({ command: readArgv(value) })),
  entrypoint: (key, value, _, failures) => check(key, failures, () => ({ entrypoint: readArgv(value) })),
  mounts: draftMounts,
};

/** The keys of a configuration file: those above, and one for each flag that describes a container. */
export const CONFIG_KEYS: ReadonlyMap<string, KeyReader> = new Map([
  ...Object.entries(OWN_KEYS),
  ...RUN_OPTIONS.flatMap((option): [string, KeyReader][] => {
    const { configKey = camelCase(option.name) } = option;
    return configKey === false ? [] : [[configKey, readerOf(option)]];
  }),
]);

/** What a parsed configuration says. Unknown keys, wrong types and bad values are noted in `failures`, all of them. */
export function draftConfig(value: unknown, context: ParseContext, failures: Failure[]): RunDraft {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    failures.push({ message: 'it is not a map of keys and values' });
    return {};
  }
  const entries = new Map(Object.entries(value));
  for (const key of entries.keys()) {
    if (!CONFIG_KEYS.has(key)) failures.push({ message: `${quote(key)}: there is no such key` });
  }
  if (entries.has('image') && entries.has('rootfs')) failures.push({ message: 'image: it excludes rootfs' });
  let draft: RunDraft = {};
  for (const [key, read] of CONFIG_KEYS) {
    if (entries.has(key)) draft = mergeDrafts(draft, read(key, entries.get(key), context, failures));
  }
  return draft;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function readerOf(option: Option): KeyReader {
  switch (option.kind) {
    case 'boolean':
      return (key, value, _, failures) => check(key, failures, () => option.parse(readBoolean(value)));
    case 'string':
      return (key, value, context, failures) =>
        readText(option, key, () => readScalar(value), context, failures);
    case 'list':
      return (key, value, context, failures) => {
        const items = checkValue(key, failures, () => readList(key, value, option.isMap === true)) ?? [];
        const drafts = items.map(({ path, text }) => readText(option, path, text, context, failures));
        return drafts.reduce(mergeDrafts, {});
      };
  }
}

function readText(
  option: StringOption | ListOption,
  path: string,
  read: () => string,
  context: ParseContext,
  failures: Failure[],
): RunDraft {
  const text = checkValue(path, failures, read);
  if (text === undefined) return {};
  return check(`${path} ${quote(text)}`, failures, () => option.parse(text, context));
}

function check(path: string, failures: Failure[], parse: () => RunDraft): RunDraft {
  return checkValue(path, failures, parse) ?? {};
}
