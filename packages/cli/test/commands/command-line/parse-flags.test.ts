import test from 'ava';
import fc from 'fast-check';
import yargs from 'yargs';
import {
  collectValues,
  type FlagValues,
  parseFlags,
  toYargsWords,
  YARGS_CONFIGURATION,
} from '../../../src/commands/command-line/parse-flags.js';
import { type Flag, readWords } from '../../../src/commands/command-line/read-words.js';
import { declareOptions } from '../../../src/commands/command-line/yargs-face.js';
import type { Option } from '../../../src/commands/options/option.js';
import { RUN_OPTIONS } from '../../../src/commands/options/run.js';

/** How a flag can be written; which of these fit depends on the option and the value. */
function spell({ option, value }: Flag, style: number): string[] {
  const names = [option.name, ...(option.alias ?? [])];
  const name = names[style % names.length]!;
  const dashed = name.length === 1 ? `-${name}` : `--${name}`;
  if (option.kind === 'boolean')
    return style % 2 === 0 && value === 'true' ? [dashed] : [`${dashed}=${value}`];
  if (style % 3 === 0) return [dashed, value];
  const isAttachable = name.length === 1 && value !== '' && !value.startsWith('=');
  return style % 3 === 1 && isAttachable
    ? [`${dashed}${value}`]
    : value === ''
      ? [dashed, '']
      : [`${dashed}=${value}`];
}

const awkward = fc.constantFrom(
  '',
  '-1',
  '--rm',
  '--',
  '"a"',
  "'b'",
  '"',
  'A="x y"',
  'a=b=c',
  '1e3',
  '0x1',
  'no-x',
  'a.b',
  '\n',
);
const text = fc.oneof(awkward, fc.string(), fc.string({ unit: 'grapheme' }));
const flag = fc
  .constantFrom(...RUN_OPTIONS)
  .chain((option: Option) =>
    (option.kind === 'boolean' ? fc.constantFrom('true', 'false') : text).map(
      (value): Flag => ({ option, value }),
    ),
  );
const commandLine = fc.array(fc.tuple(flag, fc.nat(11)), { maxLength: 12 });

/** The obvious meaning of a list of flags, without any parser. */
function gather(flags: readonly Flag[]): FlagValues {
  const values = new Map<string, string | readonly string[]>();
  for (const { option, value } of flags) {
    const before = values.get(option.name) ?? [];
    values.set(option.name, option.kind === 'list' ? [...before, value] : value);
  }
  return values;
}

/** The same flags by all of yargs, with every option of the table declared as for the help text. */
function parseByYargs(flags: readonly Flag[]): FlagValues {
  const parser = yargs([])
    .help(false)
    .version(false)
    .exitProcess(false)
    .parserConfiguration(YARGS_CONFIGURATION);
  const parsed = declareOptions(parser, RUN_OPTIONS)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseSync(toYargsWords(flags)) as Record<string, unknown>;
  return collectValues(RUN_OPTIONS, parsed);
}

const sorted = (values: FlagValues) => [...values].sort(([a], [b]) => (a < b ? -1 : 1));

test('reader, parser and all of yargs find the same in any command line', (t) => {
  fc.assert(
    fc.property(commandLine, fc.array(text, { maxLength: 3 }), (spelled, rest) => {
      const flags = spelled.map(([each]) => each);
      const words = spelled.flatMap(([each, style]) => spell(each, style));
      const line = readWords([...words, '--', ...rest], RUN_OPTIONS);
      t.is(line.mistake, undefined);
      t.deepEqual(line.flags, flags);
      t.deepEqual(line.operands, rest);
      const expected = sorted(gather(flags));
      t.deepEqual(sorted(parseFlags(line.flags)), expected);
      t.deepEqual(sorted(parseByYargs(line.flags)), expected);
    }),
    { numRuns: 300 },
  );
});

test('values come through as they were written', (t) => {
  const line = readWords(['-e', '"quoted"', "-l='x'", '-w', '007', '--name=1.0', '--rm=t'], RUN_OPTIONS);
  t.deepEqual(sorted(parseFlags(line.flags)), [
    ['env', ['"quoted"']],
    ['label', ["'x'"]],
    ['name', '1.0'],
    ['rm', 't'],
    ['workdir', '007'],
  ]);
});

test('no flags, no values', (t) => {
  t.deepEqual(parseFlags([]), new Map());
});
