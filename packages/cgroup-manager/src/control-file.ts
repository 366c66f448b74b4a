import type { Int64 } from '@mini/contracts';
import type { CgroupFiles } from './cgroup-files.js';
import { errnoNameOf } from './errors.js';

/** v1 shows "unlimited" as the largest multiple of a page below 2^63. */
const LEAST_UNLIMITED = 2 ** 62;

/** The text of a file that not every kernel has, or `undefined`. Also when it cannot be read for now. */
export function readOptional(path: string, files: CgroupFiles): string | undefined {
  try {
    return files.read(path);
  } catch (error) {
    if (['ENOENT', 'ENODEV', 'EOPNOTSUPP'].includes(errnoNameOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** A limit as a number, `null` when there is none: `max` on v2, a huge number or -1 on v1. */
export function parseLimit(text: string): number | null {
  const value = Number(text.trim());
  return Number.isNaN(value) || value < 0 || value >= LEAST_UNLIMITED ? null : value;
}

/** A whole number digit for digit: the kernel's reach to 2^64. `fallback` stands for a file that is not there. */
export function parseExact<T>(text: string | undefined, fallback: T): Int64 | T {
  const digits = text?.trim() ?? '';
  if (!/^-?\d+$/.test(digits)) return fallback;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

/** Lines `name value` of a flat keyed file. */
export function parseKeyed(text: string): Map<string, number> {
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const space = line.lastIndexOf(' ');
      return space < 0 ? [] : [[line.slice(0, space), Number(line.slice(space + 1))]];
    }),
  );
}
