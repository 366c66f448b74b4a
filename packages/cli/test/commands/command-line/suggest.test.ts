import test from 'ava';
import {
  describeMistake,
  describeUnknownCommand,
  findNearest,
} from '../../../src/commands/command-line/suggest.js';
import { RUN_OPTIONS } from '../../../src/commands/options/run.js';

test('the nearest word, if it is near', (t) => {
  t.is(findNearest('runn', ['run', 'rm']), 'run');
  t.is(findNearest('urn', ['run', 'rm']), 'run');
  t.is(findNearest('memroy', ['memory', 'memory-swap']), 'memory');
  t.is(findNearest('xyz', ['run', 'rm']), undefined);
  t.is(findNearest('', ['run']), undefined);
});

test('an unknown flag is named with the nearest one', (t) => {
  const error = describeMistake({ kind: 'unknown', flag: '--memroy' }, RUN_OPTIONS, 'mini run');
  t.is(error.message, 'failed to parse the flag "--memroy": there is no such flag');
  t.is(error.context.hint, 'did you mean "--memory"?');
  t.is(error.code, 'bad-option');
});

test('an unknown flag with nothing near it points to the help', (t) => {
  const error = describeMistake({ kind: 'unknown', flag: '--nothing-near-it' }, RUN_OPTIONS, 'mini run');
  t.is(error.context.hint, 'mini run --help lists the flags');
});

test('an unknown letter is named with its word', (t) => {
  const error = describeMistake({ kind: 'unknown', flag: '-X', word: '-iXt' }, RUN_OPTIONS, 'mini run');
  t.is(error.message, 'failed to parse the flag "-X" in "-iXt": there is no such flag');
  t.is(error.context.hint, 'mini run --help lists the flags');
});

test('a missing value', (t) => {
  const error = describeMistake({ kind: 'no-value', flag: '--name' }, RUN_OPTIONS, 'mini run');
  t.is(error.message, 'failed to parse the flag "--name": it needs a value');
});

test('an unknown command', (t) => {
  const error = describeUnknownCommand('runn', ['run', 'help']);
  t.is(error.message, 'failed to find the command "runn": there is no such command');
  t.is(error.context.hint, 'did you mean "run"?');
  t.is(describeUnknownCommand('deploy', ['run', 'help']).context.hint, 'mini --help lists the commands');
});
