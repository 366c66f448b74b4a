import { Problem } from '../problem.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A point in time, in milliseconds of the Unix clock: so long ago (`90s`, `1h30m`), seconds of the Unix clock, or a date
 * (`2026-01-31`, `2026-01-31T10:00:00Z`; without a zone the machine's). Throws `Problem`.
 */
export function parseTimeMs(value: string, nowMs: number): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) {
    return nowMs - parseDurationMs(value);
  }
  // A date alone is midnight here; the language would take it for midnight in Greenwich.
  const text = /^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00:00` : value;
  const timeMs = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(timeMs)) {
    throw new Problem('a time is needed', { hint: 'write it like 10m, 2026-01-31T10:00:00Z or 1769853600' });
  }
  return timeMs;
}

/** A length of time such as `1m30s`, in milliseconds. Throws `Problem`. */
export function parseDurationMs(value: string): number {
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== value) {
    throw new Problem('a length of time is needed', { hint: 'write it like 90s or 1h30m' });
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * UNIT_MS[unit!]!, 0);
}
