import { isRecord } from '../describe/shape.js';

/**
 * JSON of a value in which numbers may be bigint, digit for digit: what `readJson` reads back. Without spaces; members
 * that are undefined are left out, as `JSON.stringify` does.
 */
export function formatJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    // There is a bigint in it, as there is in few documents, and any other way takes many times longer.
    return formatExactly(value);
  }
}

function formatExactly(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item) => formatExactly(item ?? null)).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${formatExactly(member)}`).join(',')}}`;
}
