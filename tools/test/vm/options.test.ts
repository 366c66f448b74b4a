import test from 'ava';
import { parseVmArguments } from '../../src/vm/options.js';

const parse = (...argv: string[]) => parseVmArguments(argv, { FROM_CALLER: 'here' }, '/project');

test('everything after -- is the command, flags included', (t) => {
  const options = parse('run', '--timeout', '2.5', '--', 'sh', '-c', 'exit 3', '--env');
  t.deepEqual(options.command, ['sh', '-c', 'exit 3', '--env']);
  t.is(options.timeoutMs, 2500);
  t.is(options.cwd, '/project');
});

test('--env sets a variable, hands on the caller’s, and leaves out what the caller has not', (t) => {
  const options = parse('run', '--env', 'A=b=c', '--env', 'FROM_CALLER', '--env', 'ABSENT', '--', 'env');
  t.deepEqual(options.env, { A: 'b=c', FROM_CALLER: 'here' });
});

test('directories are resolved against the caller’s', (t) => {
  const options = parse('run', '--cwd', 'packages/cli', '--artifact', '/tmp/out', '--', 'true');
  t.is(options.cwd, '/project/packages/cli');
  t.is(options.artifactDirectory, '/tmp/out');
  t.is(parse('run', '--', 'true').artifactDirectory, undefined);
});

const wrong: [string[], string][] = [
  [['run'], 'a command is missing after "run --"'],
  [['boot', '--', 'true'], 'unknown command "boot" (known: "run")'],
  [[], 'unknown command "" (known: "run")'],
  [['run', '--timeout', 'soon', '--', 'true'], '"soon" is not a number of seconds above 0 (--timeout)'],
  [['run', '--timeout', '0', '--', 'true'], '"0" is not a number of seconds above 0 (--timeout)'],
  [['run', '--env', '1A=b', '--', 'true'], '"1A" is not a variable\'s name (--env)'],
];

for (const [argv, reason] of wrong) {
  test(`refuses ${JSON.stringify(argv)}`, (t) => {
    t.throws(() => parse(...argv), {
      message: `failed to parse arguments: ${reason}`,
      code: 'INVALID_ARGUMENT',
    });
  });
}
