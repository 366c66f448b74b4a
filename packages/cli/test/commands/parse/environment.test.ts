import test from 'ava';
import {
  parseEnv,
  parseEnvFile,
  parseLabel,
  parseLabelFile,
} from '../../../src/commands/parse/environment.js';
import { fakeContext } from '../fake-context.js';

test('a variable has a value or copies the one of the host', (t) => {
  const context = fakeContext({ env: { HOME: '/root', EMPTY: '' } });
  t.deepEqual(parseEnv('A=1', context), ['A=1']);
  t.deepEqual(parseEnv('A=b=c', context), ['A=b=c']);
  t.deepEqual(parseEnv('A=', context), ['A=']);
  t.deepEqual(parseEnv('HOME', context), ['HOME=/root']);
  t.deepEqual(parseEnv('EMPTY', context), ['EMPTY=']);
  t.deepEqual(parseEnv('MISSING', context), []);
  t.throws(() => parseEnv('=x', context), { message: 'the name before "=" is empty in "=x"' });
  t.throws(() => parseEnv('', context), { message: 'the name before "=" is empty' });
});

test('an env-file has comments, copies and no quotes', (t) => {
  const text = '\n# note\n  A=1\r\nB="two words" # not a comment\n   # note\nHOME\nMISSING\nC=\nD=a=b\n';
  const context = fakeContext({ env: { HOME: '/root' }, files: { vars: text } });
  t.deepEqual(parseEnvFile('vars', context), [
    'A=1',
    'B="two words" # not a comment',
    'HOME=/root',
    'C=',
    'D=a=b',
  ]);
});

test('an env-file may begin with a byte order mark and need not end with a newline', (t) => {
  t.deepEqual(parseEnvFile('vars', fakeContext({ files: { vars: '\uFEFFA=1\nB=2' } })), ['A=1', 'B=2']);
});

test('a bad env-file is refused with its line', (t) => {
  const files = { blank: 'A=1\nB C=2', nameless: '\n=x', binary: new Uint8Array([0x41, 0xff]) };
  const context = fakeContext({ files });
  t.throws(() => parseEnvFile('blank', context), { message: 'line 2: the name "B C" has a blank in it' });
  t.throws(() => parseEnvFile('nameless', context), {
    message: 'line 2: the name before "=" is empty in "=x"',
  });
  t.like(
    t.throws(() => parseEnvFile('binary', context)),
    { message: 'it is not UTF-8 text', verb: 'read' },
  );
  t.like(
    t.throws(() => parseEnvFile('missing', context)),
    { message: 'ENOENT no such file or directory', verb: 'read' },
  );
  t.throws(() => parseEnvFile('', context), { message: 'the path is empty' });
});

test('labels have a value or an empty one', (t) => {
  t.deepEqual(parseLabel('a=b=c'), { a: 'b=c' });
  t.deepEqual(parseLabel('a'), { a: '' });
  t.deepEqual(Object.entries(parseLabel('__proto__=x')), [['__proto__', 'x']]);
  t.throws(() => parseLabel('=b'), { message: 'the name before "=" is empty in "=b"' });
});

test('a label-file has one label a line, the later wins', (t) => {
  const context = fakeContext({ env: { a: 'no' }, files: { labels: '# x\na\nb=1\nb=2\n' } });
  t.deepEqual(parseLabelFile('labels', context), { a: '', b: '2' });
});
