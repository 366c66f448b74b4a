import { Problem } from '../problem.js';

const MOST_KEYS = 64;
const ESCAPES = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/**
 * Keys that let go of a container, as the bytes they send: `ctrl-p,ctrl-q`, each a letter or `ctrl-` with one of `a-z`,
 * `@`, `[`, `\`, `]`, `^` and `_`; empty switches them off. Throws `Problem`.
 */
export function parseDetachKeys(value: string): Uint8Array {
  const keys = value === '' ? [] : value.split(',').map(parseKey);
  if (keys.length > MOST_KEYS) throw new Problem(`at most ${MOST_KEYS} keys are possible`);
  return Uint8Array.from(keys);
}

function parseKey(key: string): number {
  const control = /^ctrl-(.)$/i.exec(key)?.[1]?.toLowerCase();
  const byte = control === undefined ? -1 : ESCAPES.indexOf(control);
  if (byte >= 0) return byte;
  if (/^[\x21-\x7e]$/.test(key)) return key.charCodeAt(0);
  throw new Problem('keys are letters or ctrl- with a letter, separated by commas', {
    hint: 'write them like ctrl-p,ctrl-q',
  });
}
