import { Problem } from '../problem.js';
import { isTrue, showValue } from './values.js';

type Act = (...given: readonly unknown[]) => unknown;

/** The functions of Go's templates and of docker's. */
export const FUNCTIONS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['json', (value) => JSON.stringify(value ?? null, callWithoutParameters)],
  ['upper', (text) => showValue(text).toUpperCase()],
  ['lower', (text) => showValue(text).toLowerCase()],
  ['title', (text) => showValue(text).replace(/\b[a-z]/g, (letter) => letter.toUpperCase())],
  ['join', (list, separator) => asList(list).map(showValue).join(String(separator))],
  ['split', (text, separator) => showValue(text).split(String(separator))],
  ['truncate', (text, length) => showValue(text).slice(0, Number(length))],
  [
    'pad',
    (text, before, after) =>
      showValue(text)
        .padStart(showValue(text).length + Number(before))
        .padEnd(Number(before) + showValue(text).length + Number(after)),
  ],
  ['len', (value) => lengthOf(value)],
  ['index', (value, ...keys) => keys.reduce(readIndex, value)],
  [
    'slice',
    (value, from, to) =>
      asSliceable(value).slice(Number(from ?? 0), to === undefined ? undefined : Number(to)),
  ],
  ['print', (...given) => given.map(showValue).join('')],
  ['println', (...given) => `${given.map(showValue).join(' ')}\n`],
  ['printf', (form, ...given) => printf(String(form), given)],
  ['not', (value) => !isTrue(value)],
  ['and', (...given) => given.find((value) => !isTrue(value)) ?? given.at(-1)],
  ['or', (...given) => given.find(isTrue) ?? given.at(-1)],
  ['eq', (first, ...others) => others.some((other) => other === first)],
  ['ne', (one, other) => one !== other],
  ['lt', (one, other) => isLess(one, other)],
  ['le', (one, other) => !isLess(other, one)],
  ['gt', (one, other) => isLess(other, one)],
  ['ge', (one, other) => !isLess(one, other)],
]);

/** A field that is worked out when it is shown. */
function callWithoutParameters(_: string, value: unknown): unknown {
  return typeof value === 'function' && value.length === 0 ? value() : value;
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Problem('"join" needs a list');
}

function asSliceable(value: unknown): string | unknown[] {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  throw new Problem('"slice" needs a list or a text');
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new Problem('"len" needs a list, a map or a text');
}

/** Like Go, a list refuses an index that is not in it; a map has no value then. */
function readIndex(value: unknown, key: unknown): unknown {
  if (Array.isArray(value)) {
    const index = Number(key);
    if (index in value) return value[index];
    throw new Problem(`there is no element ${index} in a list of ${value.length}`);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.hasOwn(value, String(key)) ? (value as Record<string, unknown>)[String(key)] : '';
  }
  throw new Problem('"index" needs a list or a map');
}

function isLess(one: unknown, other: unknown): boolean {
  return typeof one === 'number' && typeof other === 'number' ? one < other : String(one) < String(other);
}

/** The verbs that are used: `%s %v %d %q %t %f %x`, with a width and `-` or `0`, `%%`. */
function printf(form: string, given: readonly unknown[]): string {
  let at = 0;
  return form.replace(
    /%([-0])?(\d+)?(?:\.(\d+))?([svdqtfx%])/g,
    (_, flag, width, precision, verb: string) => {
      if (verb === '%') return '%';
      const value = given[at++];
      let text = showValue(value);
      if (verb === 'q') text = JSON.stringify(text);
      if (verb === 'x') text = Number(value).toString(16);
      if (verb === 'f') text = Number(value).toFixed(Number(precision ?? 6));
      const length = Number(width ?? 0);
      if (flag === '-') return text.padEnd(length);
      if (flag !== '0') return text.padStart(length);
      const sign = text.startsWith('-') ? '-' : '';
      return sign + text.slice(sign.length).padStart(length - sign.length, '0');
    },
  );
}
