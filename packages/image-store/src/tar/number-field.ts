import { quoteText } from '../errors.js';

/** Why a number cannot be what it says: the rest of a sentence about its header. */
export class FieldProblem extends Error {}

const BASE_256 = 0x80;
const NEGATIVE = 0x40;
const [BLANK, ZERO] = [0x20, 0x30];

/** Where in a block a field lies, and how many bytes it has. */
export type FieldPlace = readonly [at: number, width: number];

/**
 * A number of a header: octal digits, or, with the first bit set, base 256 in two's complement (GNU). Throws
 * `FieldProblem` for anything else and for what is beyond 2^53.
 */
export function readNumber(block: Buffer, place: FieldPlace, name: string): number {
  const [at, width] = place;
  const isOctal = (block[at]! & BASE_256) === 0;
  return isOctal ? readOctal(block, place, name) : readBase256(block.subarray(at, at + width), name);
}

/** A number that cannot be negative. */
export function readCount(block: Buffer, place: FieldPlace, name: string): number {
  return checkCount(readNumber(block, place, name), name);
}

/** Digits of a pax record: no sign, no fraction. Throws `FieldProblem`. */
export function readDecimal(text: string, name: string): number {
  const number = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new FieldProblem(`has the ${name} ${quoteText(text)}`);
}

/** Seconds with an optional fraction, as nanoseconds; digits beyond the ninth are cut. Throws `FieldProblem`. */
export function readTimeNs(text: string, name: string): bigint {
  const match = /^(-?)(\d{1,15})(?:\.(\d{0,20}))?$/.exec(text);
  if (match === null) throw new FieldProblem(`has the ${name} ${quoteText(text)}`);
  const [, sign, seconds, fraction = ''] = match;
  const ns = BigInt(seconds!) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign === '-' ? -ns : ns;
}

/** Nanoseconds as a pax record has them: as short as it goes. */
export function writeTimeNs(ns: bigint): string {
  const absolute = ns < 0n ? -ns : ns;
  const fraction = String(absolute % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const seconds = String(absolute / 1_000_000_000n);
  return `${ns < 0n ? '-' : ''}${seconds}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Whether a count has room in an octal field of so many bytes, the last of which is a NUL. */
export function fitsOctal(value: number, width: number): boolean {
  return value >= 0 && value < 8 ** (width - 1);
}

export function writeOctal(block: Buffer, value: number, at: number, width: number): void {
  block.write(value.toString(8).padStart(width - 1, '0'), at, 'latin1');
}

/** Old writers put blanks in front, and a blank or a NUL behind. Byte by byte: a header has ten of these. */
function readOctal(block: Buffer, [start, width]: FieldPlace, name: string): number {
  const end = start + width;
  let at = start;
  let number = 0;
  while (at < end && block[at] === BLANK) at += 1;
  while (at < end && isOctalDigit(block[at]!)) {
    number = number * 8 + block[at]! - ZERO;
    at += 1;
  }
  const isEnded = at === end || block[at] === BLANK || block[at] === 0;
  if (isEnded && Number.isSafeInteger(number)) return number;
  const text = block.toString('latin1', start, end).replace(/[ \0]+$/, '');
  throw new FieldProblem(`has the ${name} ${quoteText(text)}`);
}

function isOctalDigit(byte: number): boolean {
  return byte >= ZERO && byte < ZERO + 8;
}

function readBase256(field: Buffer, name: string): number {
  const isNegative = (field[0]! & NEGATIVE) !== 0;
  let value = isNegative ? -1n : 0n;
  for (const [index, byte] of field.entries()) {
    const bits = index === 0 ? byte & (NEGATIVE - 1) : byte;
    value = index === 0 ? value * 64n + BigInt(bits) : value * 256n + BigInt(bits);
  }
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new FieldProblem(`has the ${name} ${value}, which is out of range`);
}

export function checkCount(number: number, name: string): number {
  if (number >= 0) return number;
  throw new FieldProblem(`has the ${name} ${number}, which is negative`);
}
