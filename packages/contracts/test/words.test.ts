import test from 'ava';
import { toNumbers, toWords } from '../src/words.js';

test('words come back as the numbers they were, wherever their bytes lie', (t) => {
  const numbers = [
    0,
    1,
    -1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 32) - 1,
    Number.MAX_SAFE_INTEGER,
    Number.MIN_SAFE_INTEGER,
  ];
  const words = new Uint8Array(toWords(numbers).buffer);
  t.deepEqual(toNumbers(words), numbers);
  const shifted = new Uint8Array(words.length + 3);
  shifted.set(words, 3);
  t.deepEqual(toNumbers(shifted.subarray(3)), numbers);
});

test('half a word is refused', (t) => {
  t.throws(() => toNumbers(new Uint8Array(12)), { instanceOf: RangeError });
});
