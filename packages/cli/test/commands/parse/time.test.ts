import test from 'ava';
import { parseDurationMs, parseTimeMs } from '../../../src/commands/parse/time.js';

const NOW = Date.UTC(2026, 0, 31, 12);

const times: readonly (readonly [text: string, timeMs: number])[] = [
  ['10m', NOW - 600_000],
  ['1h30m', NOW - 5_400_000],
  ['1.5s', NOW - 1_500],
  ['2d', NOW - 172_800_000],
  ['1769860800', 1_769_860_800_000],
  ['1769860800.25', 1_769_860_800_250],
  ['2026-01-31T10:00:00Z', Date.UTC(2026, 0, 31, 10)],
  ['2026-01-31T10:00:00.5+02:00', Date.UTC(2026, 0, 31, 8, 0, 0, 500)],
  ['2026-01-31', new Date(2026, 0, 31).getTime()],
  ['2026-01-31T10:00:00', new Date(2026, 0, 31, 10).getTime()],
];
for (const [text, timeMs] of times) test(`the time ${text}`, (t) => t.is(parseTimeMs(text, NOW), timeMs));

for (const text of ['', 'yesterday', '10x', '2026-13-01', '1h 30m', '-5m']) {
  test(`no time "${text}"`, (t) => {
    t.is(t.throws(() => parseTimeMs(text, NOW))?.message, 'a time is needed');
  });
}

test('lengths of time', (t) => {
  t.is(parseDurationMs('1h30m5s'), 5_405_000);
  t.is(t.throws(() => parseDurationMs('5'))?.message, 'a length of time is needed');
});
