import { type Findings, quoteValue } from './findings.js';
import { refuse, type Shape } from './shape.js';

/** Either is exact: numbers that a double cannot hold come as bigint. */
export type Int64 = number | bigint;

export const boolean: Shape<boolean> = {
  check: (value, findings) => (typeof value === 'boolean' ? value : refuse(value, 'true or false', findings)),
};

/** A text that never reaches the kernel: any string. */
export const text: Shape<string> = {
  check: (value, findings) => (typeof value === 'string' ? value : refuse(value, 'a string', findings)),
};

function checkString(value: unknown, findings: Findings): string | undefined {
  if (typeof value !== 'string') return refuse(value, 'a string', findings);
  // C ends a string there: the kernel would see another one than we checked.
  if (value.includes('\0')) return refuse(value, 'a string without NUL', findings);
  return value;
}

/** A string that C will see: no NUL in it. */
export const string: Shape<string> = { check: checkString };

/** A string for which `isGood` holds; `expected` is what it is then: `an absolute path`. */
export function stringThat(isGood: (value: string) => boolean, expected: string): Shape<string> {
  const check = (value: unknown, findings: Findings): unknown => {
    const checked = checkString(value, findings);
    return checked === undefined || isGood(checked) ? checked : refuse(checked, expected, findings);
  };
  return { check };
}

/** Longer lists are named, not told. */
const MAX_TOLD = 9;

/** One of these words. `expected` names them where they are too many to tell, or none. */
export function enumOf<const V extends string>(values: readonly V[], expected = 'a known value'): Shape<V> {
  const reason = () =>
    values.length > 0 && values.length <= MAX_TOLD ? `one of ${values.join(', ')}` : expected;
  return {
    check: (value, findings) =>
      (values as readonly unknown[]).includes(value) ? value : refuse(value, reason(), findings),
  };
}

/** A whole number within bounds that a double holds exactly. */
export function integer(least: number, most: number): Shape<number> {
  const check = (value: unknown, findings: Findings): unknown =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? value
      : refuse(value, `a whole number from ${least} to ${most}`, findings);
  return { check };
}

/** A whole number within bounds of 64 bits; beyond 2^53 it is a bigint. */
export function bigInteger(least: bigint, most: bigint): Shape<Int64> {
  const check = (value: unknown, findings: Findings): unknown => {
    const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value);
    if (isWhole && (value as Int64) >= least && (value as Int64) <= most) return value;
    return findings.add(`${quoteValue(value)} is not a whole number from ${least} to ${most}`);
  };
  return { check };
}

const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;

export const int64 = bigInteger(-0x8000_0000_0000_0000n, MAX_INT64);
export const uint64 = bigInteger(0n, 0xffff_ffff_ffff_ffffn);
/** A limit where -1 means that there is none. */
export const limit64 = bigInteger(-1n, MAX_INT64);
export const uint16 = integer(0, 2 ** 16 - 1);
export const uint32 = integer(0, 2 ** 32 - 1);
export const int32 = integer(-(2 ** 31), 2 ** 31 - 1);
/** For what no machine has 2^53 of, microseconds of a CPU period say: a plain number, though the spec has 64 bits. */
export const count = integer(0, Number.MAX_SAFE_INTEGER);
/** Like `count`, with -1 for none. */
export const countLimit = integer(-1, Number.MAX_SAFE_INTEGER);
