import test from 'ava';
import {
  parseGroup,
  parseHostname,
  parseName,
  parseSignal,
  parseUser,
} from '../../../src/commands/parse/identity.js';

test('users are names or numbers with an optional group', (t) => {
  for (const text of [
    'root',
    '0',
    '1000:1000',
    'www-data:adm',
    '1:adm',
    '2147483647',
    '_x.y',
    'machine$',
    'a@b',
  ]) {
    t.is(parseUser(text), text);
  }
});

const badUsers: readonly [string, string][] = [
  ['2147483648', '"2147483648" is not a number from 0 to 2147483647'],
  ['4294967296', '"4294967296" is not a number from 0 to 2147483647'],
  ['0:4294967295', '"4294967295" is not a number from 0 to 2147483647'],
  ['-1', '"-1" is neither a name nor a number'],
  ['1e3', '"1e3" is neither a name nor a number'],
  ['0x10', '"0x10" is neither a name nor a number'],
  ['a b', '"a b" is neither a name nor a number'],
  ['root:', '"" is neither a name nor a number'],
  [':adm', '"" is neither a name nor a number'],
  ['a/b', '"a/b" is neither a name nor a number'],
  ['a\nb', '"a\\x0ab" is neither a name nor a number'],
  ['a:b:c', 'it does not have the form USER[:GROUP]'],
];
for (const [text, message] of badUsers) {
  test(`no user ${JSON.stringify(text)}`, (t) => {
    t.throws(() => parseUser(text), { message });
  });
}

test('groups are names or numbers', (t) => {
  t.is(parseGroup('adm'), 'adm');
  t.is(parseGroup('5'), '5');
  t.throws(() => parseGroup('a:b'), { message: '"a:b" is neither a name nor a number' });
});

test('names of containers', (t) => {
  for (const text of ['ab', 'A9', 'a_b.c-d', 'x'.repeat(128)]) t.is(parseName(text), text);
  const message =
    'a name has 2 to 128 of the characters a-z, A-Z, 0-9, "_", "." and "-" and begins with a letter or digit';
  for (const text of ['', 'a', '-ab', '.ab', '../x', 'a/b', 'a b', 'ä-b', 'x'.repeat(129), 'ab\n']) {
    t.throws(() => parseName(text), { message });
  }
});

test('host names', (t) => {
  for (const text of ['a', 'web-1', 'a.b.c', 'A_b', '9', 'x'.repeat(63)]) t.is(parseHostname(text), text);
  t.throws(() => parseHostname('x'.repeat(65)), { message: 'it has more than 64 characters' });
  const message = 'a host name has letters, digits, "-" (not at an end) and dots between them';
  for (const text of ['', '-a', 'a-', 'a..b', '.a', 'a.', 'a b', 'ä', 'x'.repeat(64), 'a\n']) {
    t.throws(() => parseHostname(text), { message });
  }
});

test('signals by name and number', (t) => {
  t.is(parseSignal('TERM'), 15);
  t.is(parseSignal('SIGKILL'), 9);
  t.is(parseSignal('sigint'), 2);
  t.is(parseSignal('usr1'), 10);
  t.is(parseSignal('1'), 1);
  t.is(parseSignal('64'), 64);
  t.is(parseSignal('RTMIN'), 34);
  t.is(parseSignal('SIGRTMIN+3'), 37);
  t.is(parseSignal('RTMAX-1'), 63);
  for (const text of [
    '',
    '0',
    '65',
    '-1',
    'SIG',
    'NOPE',
    '1.5',
    'RTMIN-1',
    'RTMAX+1',
    'RTMIN+31',
    'SIGSIGTERM',
  ]) {
    t.throws(() => parseSignal(text), { message: 'there is no such signal' });
  }
});
