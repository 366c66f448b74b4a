import { Problem } from '../problem.js';

const UNITS = ['', 'k', 'm', 'g', 't', 'p'];

/**
 * A size in bytes: a decimal number and an optional unit `b`, `k`, `m`, `g`, `t` or `p`, each 1,024 times the one
 * before; `kb` and `kib` mean the same as `k`. Throws `Problem`.
 */
export function parseSizeBytes(value: string): number {
  const match = /^(\d+\.?\d*|\.\d+) ?(?:([kmgtp])(?:i?b)?|b)?$/i.exec(value);
  if (match === null) {
    throw new Problem('a size is a number and a unit b, k, m or g', { hint: 'write it like 64m or 1.5g' });
  }
  const bytes = Math.floor(Number(match[1]) * 1024 ** UNITS.indexOf((match[2] ?? '').toLowerCase()));
  if (!Number.isSafeInteger(bytes)) throw new Problem('the size is too large');
  return bytes;
}

/** A size in bytes, or -1 for "unlimited". Throws `Problem`. */
export function parseSizeOrUnlimited(value: string): number {
  return value === '-1' ? -1 : parseSizeBytes(value);
}

/** A whole number from `least` to `most`, or one of `others`. Throws `Problem`. */
export function parseInteger(
  value: string,
  { least, most = Number.MAX_SAFE_INTEGER, others = [] }: IntegerRange,
): number {
  const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (others.includes(number)) return number;
  if (Number.isNaN(number) || number < least || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
    throw new Problem([`a whole number ${range} is needed`, ...others.map(String)].join(' or '));
  }
  return number;
}

export interface IntegerRange {
  readonly least: number;
  readonly most?: number;
  /** Values outside the range that are allowed too. */
  readonly others?: readonly number[];
}

/** `true` or `false` as Go's flags write them: `1`, `t`, `true`, `0`, `f`, `false`. Throws `Problem`. */
export function parseBoolean(value: string): boolean {
  if (/^(1|t|true)$/i.test(value)) return true;
  if (/^(0|f|false)$/i.test(value)) return false;
  throw new Problem('"true" or "false" is needed');
}
