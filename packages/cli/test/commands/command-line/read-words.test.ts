import test from 'ava';
import { type CommandLine, readWords } from '../../../src/commands/command-line/read-words.js';
import { RUN_OPTIONS } from '../../../src/commands/options/run.js';

const read = (...words: string[]) => readWords(words, RUN_OPTIONS);
const flags = ({ flags }: CommandLine) => flags.map(({ option, value }) => `${option.name}=${value}`);

const spellings: readonly [string[], string[]][] = [
  [['-e', 'A=1'], ['env=A=1']],
  [['-eA=1'], ['env=A=1']],
  [['-e=A=1'], ['env=A=1']],
  [['--env', 'A=1'], ['env=A=1']],
  [['--env=A=1'], ['env=A=1']],
  [['--env='], ['env=']],
  [['--env', ''], ['env=']],
  [['-m1g'], ['memory=1g']],
  [['--memory=1g'], ['memory=1g']],
  [['-it'], ['interactive=true', 'tty=true']],
  [
    ['-itm', '1g'],
    ['interactive=true', 'tty=true', 'memory=1g'],
  ],
  [['-itm1g'], ['interactive=true', 'tty=true', 'memory=1g']],
  [['-itv/a:/b'], ['interactive=true', 'tty=true', 'volume=/a:/b']],
  [['-it=false'], ['interactive=true', 'tty=false']],
  [['--rm=false'], ['rm=false']],
  [['--rm'], ['rm=true']],
  [['--net', 'host'], ['network=host']],
  [['--memory-swap', '-1'], ['memory-swap=-1']],
  [['-e', '--rm'], ['env=--rm']],
  [['-h', 'web'], ['hostname=web']],
  [['-c', '512'], ['cpu-shares=512']],
];
for (const [words, expected] of spellings) {
  test(`${words.join(' ')} host`, (t) => {
    const line = read(...words, 'host', '-e', 'X=1', '--rm');
    t.deepEqual(flags(line), expected);
    t.deepEqual(line.operands, ['host', '-e', 'X=1', '--rm']);
    t.is(line.mistake, undefined);
  });
}

test('a list never swallows the image', (t) => {
  const line = read('-e', 'A=1', 'alpine', 'sh');
  t.deepEqual(flags(line), ['env=A=1']);
  t.deepEqual(line.operands, ['alpine', 'sh']);
});

test('a boolean takes no word after it', (t) => {
  const line = read('--rm', 'false');
  t.deepEqual(flags(line), ['rm=true']);
  t.deepEqual(line.operands, ['false']);
});

test('two dashes end the flags', (t) => {
  t.deepEqual(read('--rm', '--', '-x', 'y').operands, ['-x', 'y']);
  t.deepEqual(read('host', '--', '-x').operands, ['host', '--', '-x']);
});

test('a dash alone is an operand', (t) => {
  t.deepEqual(read('-', '--rm').operands, ['-', '--rm']);
});

test('mistakes stop the reading; what was read before stays', (t) => {
  const unknown = read('--log-format=json', '--nope', 'x');
  t.deepEqual(unknown.mistake, { kind: 'unknown', flag: '--nope' });
  t.deepEqual(flags(unknown), ['log-format=json']);
  t.deepEqual(read('--nope=1').mistake, { kind: 'unknown', flag: '--nope' });
  t.deepEqual(read('-iXt').mistake, { kind: 'unknown', flag: '-X', word: '-iXt' });
  t.deepEqual(read('--name').mistake, { kind: 'no-value', flag: '--name' });
  t.deepEqual(read('-ie').mistake, { kind: 'no-value', flag: '-e' });
  t.deepEqual(read('--constructor', 'x').mistake, { kind: 'unknown', flag: '--constructor' });
  t.deepEqual(read('--prototype').mistake, { kind: 'unknown', flag: '--prototype' });
});
