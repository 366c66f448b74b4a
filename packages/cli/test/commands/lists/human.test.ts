import test from 'ava';
import {
  describeBinarySize,
  describeDuration,
  describeSize,
  describeTime,
  shorten,
} from '../../../src/commands/lists/human.js';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const durations: readonly (readonly [durationMs: number, text: string])[] = [
  [-5, 'Less than a second'],
  [999, 'Less than a second'],
  [1999, '1 second'],
  [2 * SECOND, '2 seconds'],
  [59_999, '59 seconds'],
  [60 * SECOND, 'About a minute'],
  [120 * SECOND, '2 minutes'],
  [HOUR - 1, '59 minutes'],
  [HOUR, 'About an hour'],
  [1.4 * HOUR, 'About an hour'],
  [1.6 * HOUR, '2 hours'],
  [47 * HOUR, '47 hours'],
  [48 * HOUR, '2 days'],
  [13.5 * 24 * HOUR, '13 days'],
  [14 * 24 * HOUR, '2 weeks'],
  [60 * 24 * HOUR, '2 months'],
  [729 * 24 * HOUR, '24 months'],
  [730 * 24 * HOUR, '2 years'],
];
for (const [durationMs, text] of durations) {
  test(`${durationMs} ms are "${text}"`, (t) => t.is(describeDuration(durationMs), text));
}

test('sizes have three digits and decimal units, memory four and binary ones', (t) => {
  t.deepEqual(
    [0, 999, 1180, 5_530_000, 1e12].map((bytes) => describeSize(bytes)),
    ['0B', '999B', '1.18kB', '5.53MB', '1TB'],
  );
  t.deepEqual(
    [0, 1023, 1536, 6_934_233, 2 ** 40].map((bytes) => describeBinarySize(bytes)),
    ['0B', '1023B', '1.5KiB', '6.613MiB', '1TiB'],
  );
});

test('a time is local, with its zone as a number and a name', (t) => {
  const text = describeTime(Date.UTC(2026, 0, 31, 10, 5, 9));
  t.regex(text, /^2026-0[12]-\d\d \d\d:\d5:09 [+-]\d{4} \S+$/);
  if (new Date().getTimezoneOffset() === 0) t.is(text, '2026-01-31 10:05:09 +0000 UTC');
});

test('what is cut short ends with an ellipsis and is as long as was allowed', (t) => {
  t.is(shorten('sleep 100', 9), 'sleep 100');
  t.is(shorten('sleep 1000', 9), 'sleep 10…');
});
