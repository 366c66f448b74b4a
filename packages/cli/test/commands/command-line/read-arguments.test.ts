import test from 'ava';
import { readArguments } from '../../../src/commands/command-line/read-arguments.js';
import { flag, list, value, withCommon } from '../../../src/commands/options/plain-option.js';
import { parseInteger } from '../../../src/commands/parse/number.js';

const options = withCommon(
  flag('-f, --force', 'x'),
  value('-n, --tail', 'NUMBER', 'x'),
  list('--filter', 'KEY=VALUE', 'x'),
);
const read = (...words: string[]) => readArguments(words, options);

test('flags stand anywhere, until "--"', (t) => {
  const given = read('web', '-f', 'db', '--tail=3', '--', '-n', '--', 'x');
  t.deepEqual(given.operands, ['web', 'db', '-n', '--', 'x']);
  t.true(given.has('force'));
  t.is(given.get('tail'), '3');
});

test('reading can end at the first operand', (t) => {
  const given = readArguments(['-f', 'web', '-o', 'pid'], options, { stops: true });
  t.deepEqual(given.operands, ['web', '-o', 'pid']);
});

test('the last value counts, lists keep all', (t) => {
  const given = read('-n1', '--filter', 'a=1', '-n', '2', '--filter=b=2', '-f', '--force=false');
  t.is(given.get('tail'), '2');
  t.deepEqual(given.all('filter'), ['a=1', 'b=2']);
  t.false(given.has('force'));
  t.false(read().has('force'));
  t.is(read().get('tail'), undefined);
});

test('a mistake ends it', (t) => {
  t.deepEqual(read('web', '--nope', 'x').mistake, { kind: 'unknown', flag: '--nope' });
  t.deepEqual(read('web', '-n').mistake, { kind: 'no-value', flag: '-n' });
});

test('bad values are said by the name of their flag', (t) => {
  const given = read('-n', 'x', '--force=maybe');
  t.is(
    t.throws(() => given.parse('tail', (text) => parseInteger(text, { least: 0 })))?.message,
    'failed to parse --tail "x": a whole number 0 or more is needed',
  );
  t.is(
    t.throws(() => given.has('force'))?.message,
    'failed to parse --force "maybe": "true" or "false" is needed',
  );
});
