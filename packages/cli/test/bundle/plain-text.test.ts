import test from 'ava';
import { countColumns, keepText, notStrictEqual, strictEqual, wrapText } from '../../bundle/plain-text.js';

test('plain text has one column a character', (t) => {
  t.is(countColumns('abc …'), 5);
  t.is(keepText('abc'), 'abc');
});

test('text is wrapped at blanks, long words in the middle', (t) => {
  t.is(wrapText('the quick brown fox', 10), 'the quick\nbrown fox');
  t.is(wrapText('a abcdefghijkl b', 5), 'a\nabcde\nfghij\nkl b'.replace('kl b', 'kl\nb'));
  t.is(wrapText('one\ntwo', 20), 'one\ntwo');
  t.is(wrapText('', 5), '');
  t.is(wrapText('ab', 0), 'a\nb');
});

test('assertions', (t) => {
  strictEqual(1, 1);
  notStrictEqual(1, 2);
  t.throws(() => strictEqual(1, 2, 'no'), { message: 'no' });
  t.throws(() => notStrictEqual(1, 1), { message: 'values are the same' });
});
