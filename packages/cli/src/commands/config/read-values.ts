import { Problem, quote } from '../problem.js';

/** One item of a list: where it stands, and its text, which throws `Problem` when it is not one. */
export interface ListItem {
  readonly path: string;
  readonly text: () => string;
}

/** A string, or a number as it is usually written. Throws `Problem`. */
export function readScalar(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new Problem(`a string or a number is needed, not ${nameType(value)}`);
}

/** Throws `Problem`. */
export function readBoolean(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Problem(`true or false is needed, not ${nameType(value)}`);
}

/** A list of strings; with `isMap` also a map, whose items become `KEY=value`, or `KEY` when the value is null. */
export function readList(key: string, value: unknown, isMap: boolean): ListItem[] {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => ({ path: `${key}[${index}]`, text: () => readScalar(item) }));
  }
  if (isMap && typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([name, item]) => ({
      path: `${key}.${name}`,
      text: () => (item === null ? name : `${name}=${readMapValue(item)}`),
    }));
  }
  throw new Problem(`a list${isMap ? ' or a map' : ''} is needed, not ${nameType(value)}`);
}

function readMapValue(value: unknown): string {
  return typeof value === 'boolean' ? String(value) : readScalar(value);
}

/** Program and arguments: a list, or a string that is the program alone; empty: none. Throws `Problem`. */
export function readArgv(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item: unknown) => readScalar(item));
  const program = readScalar(value);
  if (/\s/.test(program)) throw new Problem(`${quote(program)} has blanks in it, write a list of words`);
  return program === '' ? [] : [program];
}

/** The name of an image. Throws `Problem`. */
export function readImage(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Problem('the name of an image is needed');
  return value;
}

/** What a value is, with its article, for messages. */
export function nameType(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'boolean' ? `${value}` : `a ${typeof value}`;
}
