import test from 'ava';
import {
  parseBoolean,
  parseInteger,
  parseSizeBytes,
  parseSizeOrUnlimited,
} from '../../../src/commands/parse/number.js';
import { Problem } from '../../../src/commands/problem.js';

const sizes: readonly [string, number][] = [
  ['0', 0],
  ['7', 7],
  ['7b', 7],
  ['1k', 1024],
  ['1K', 1024],
  ['1kb', 1024],
  ['1KiB', 1024],
  ['64m', 64 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['.5m', 512 * 1024],
  ['1.', 1],
  ['2 m', 2 * 1024 ** 2],
  ['1t', 1024 ** 4],
  ['1p', 1024 ** 5],
  ['1.0001k', 1024],
];

for (const [text, bytes] of sizes) {
  test(`size "${text}"`, (t) => {
    t.is(parseSizeBytes(text), bytes);
  });
}

for (const text of [
  '',
  ' ',
  'm',
  '-1',
  '-1m',
  '1x',
  '1kk',
  '1ib',
  '1m ',
  '1,5m',
  '0x10',
  '1e3',
  'Infinity',
]) {
  test(`no size "${text}"`, (t) => {
    t.throws(() => parseSizeBytes(text), {
      instanceOf: Problem,
      message: 'a size is a number and a unit b, k, m or g',
    });
  });
}

test('a size beyond 2^53 is refused', (t) => {
  t.throws(() => parseSizeBytes('8p'), { message: 'the size is too large' });
});

test('-1 is unlimited where that is allowed', (t) => {
  t.is(parseSizeOrUnlimited('-1'), -1);
  t.is(parseSizeOrUnlimited('1k'), 1024);
  t.throws(() => parseSizeOrUnlimited('-2'), { message: 'a size is a number and a unit b, k, m or g' });
});

test('integers are held to their range', (t) => {
  t.is(parseInteger('10', { least: 10, most: 1000 }), 10);
  t.is(parseInteger('1000', { least: 10, most: 1000 }), 1000);
  t.is(parseInteger('0', { least: 10, most: 1000, others: [0] }), 0);
  t.is(parseInteger('-1', { least: 1, others: [-1, 0] }), -1);
  const range = { message: 'a whole number from 10 to 1000 is needed or 0' };
  for (const text of ['9', '1001', '-1', '', '1.5', '1e2', '0x20', ' 20', '20 ', 'ten']) {
    t.throws(() => parseInteger(text, { least: 10, most: 1000, others: [0] }), range);
  }
  t.throws(() => parseInteger('0', { least: 1 }), { message: 'a whole number 1 or more is needed' });
});

test('booleans are written as in Go', (t) => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) t.true(parseBoolean(text));
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False']) t.false(parseBoolean(text));
  for (const text of ['', 'yes', 'no', '2', 'tru']) {
    t.throws(() => parseBoolean(text), { message: '"true" or "false" is needed' });
  }
});
