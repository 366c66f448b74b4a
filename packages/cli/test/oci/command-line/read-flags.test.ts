import test from 'ava';
import { toggle, valued } from '../../../src/oci/command-line/flag.js';
import { readFlags } from '../../../src/oci/command-line/read-flags.js';

const FLAGS = [valued('b, bundle', 'DIR', ''), valued('env', 'X', ''), toggle('a, all', '')];

test('values stand behind their flag or an equals sign, after one dash or two', (t) => {
  for (const words of [['--bundle', 'x'], ['--bundle=x'], ['-bundle', 'x'], ['-b', 'x'], ['-b=x']]) {
    t.is(readFlags([...words, 'id'], FLAGS).get('bundle'), 'x');
  }
  t.deepEqual(readFlags(['--env', 'A', 'id', '--env=B=C'], FLAGS).all('env'), ['A', 'B=C']);
});

test('switches are on, or what they are told to be', (t) => {
  t.true(readFlags(['--all'], FLAGS).is('all'));
  t.true(readFlags(['-a=T'], FLAGS).is('all'));
  t.false(readFlags(['--all=false'], FLAGS).is('all'));
  t.false(readFlags([], FLAGS).is('all'));
  t.throws(() => readFlags(['--all=x'], FLAGS), {
    message: 'failed to read the command line: invalid boolean value "x" for "--all=x"',
  });
});

test('letters share a dash, the last of them may take a value', (t) => {
  const flags = [...FLAGS, toggle('d, detach', '')];
  const given = readFlags(['-dab', 'x', 'id'], flags);
  t.deepEqual([given.is('detach'), given.is('all'), given.get('bundle')], [true, true, 'x']);
  t.deepEqual(given.operands, ['id']);
  for (const word of ['-ba', '-dx']) {
    t.throws(() => readFlags([word, 'x'], flags), {
      message: `failed to read the command line: flag provided but not defined: "${word}"`,
    });
  }
});

test('flags may follow operands, until a command line begins', (t) => {
  const kill = readFlags(['id', '9', '--all'], FLAGS);
  t.deepEqual([kill.operands, kill.is('all')], [['id', '9'], true]);
  const exec = readFlags(['-b', 'x', 'id', 'sh', '-c', '--all'], FLAGS, 2);
  t.deepEqual([exec.operands, exec.is('all')], [['id', 'sh', '-c', '--all'], false]);
  t.deepEqual(readFlags(['--', '--all'], FLAGS).operands, ['--all']);
  t.deepEqual(readFlags(['-', '-9'], FLAGS).operands, ['-', '-9']);
});

test('what is no flag, and one without its value, are refused', (t) => {
  t.throws(() => readFlags(['--bundel', 'x'], FLAGS), {
    message: 'failed to read the command line: flag provided but not defined: "--bundel"',
  });
  t.throws(() => readFlags(['--bundle'], FLAGS), {
    message: 'failed to read the command line: flag needs an argument: "--bundle"',
  });
});

test('where nothing is taken, every word is an operand', (t) => {
  t.deepEqual(readFlags(['--nobody', 'knows', '-x=1'], FLAGS, 0).operands, ['--nobody', 'knows', '-x=1']);
});
