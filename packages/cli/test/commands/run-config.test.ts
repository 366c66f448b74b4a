import test from 'ava';
import { readWords } from '../../src/commands/command-line/read-words.js';
import { RUN_OPTIONS } from '../../src/commands/options/run.js';
import { readRunRequest } from '../../src/commands/run-request.js';
import { fakeContext } from './fake-context.js';

const config = `
image: host
command: [sleep, "1"]
name: web
env: [A=file, B=file]
memory: 64m
mounts: ["/a:/x", "/b:/y"]
labels: { a: file, b: file }
tty: true
`;

const request = (words: string[], text = config) =>
  readRunRequest(readWords(words, RUN_OPTIONS), fakeContext({ files: { '/project/web.yaml': text } }));

test('flags win over the file: scalars replace, lists grow, a mount takes the place of one on its target', async (t) => {
  const words =
    '--config web.yaml --name other -e A=flag -m 32m --memory-swap 64m -v /c:/x -l b=flag --tty=false';
  const { options } = await request(words.split(' '));
  t.is(options.name, 'other');
  t.deepEqual(options.env, ['A=file', 'B=file', 'A=flag']);
  t.deepEqual(options.resources, { memory: { limit: 32 * 1024 ** 2, swap: 64 * 1024 ** 2 } });
  t.deepEqual(
    options.mounts.map(({ origin }) => origin),
    ['mounts[1] "/b:/y"', '-v "/c:/x"'],
  );
  t.deepEqual(options.labels, { a: 'file', b: 'flag' });
  t.false(options.tty);
  t.deepEqual(options.command, ['sleep', '1']);
});

test('operands replace the command of a file that names the image', async (t) => {
  const { options } = await request(['--config', 'web.yaml', 'echo', 'hi']);
  t.deepEqual(options.root, { kind: 'host' });
  t.deepEqual(options.command, ['echo', 'hi']);
});

test('--rootfs replaces the image of the file', async (t) => {
  const { options } = await request(['--config', 'web.yaml', '--rootfs', '/r']);
  t.deepEqual(options.root, { kind: 'directory', path: '/r', overlay: false });
  t.deepEqual(options.command, ['sleep', '1']);
});

test('without image in the file the first operand is the image', async (t) => {
  const { options } = await request(['--config', 'web.yaml', 'host'], 'command: "true"\n');
  t.deepEqual(options.root, { kind: 'host' });
  t.deepEqual(options.command, ['true']);
});

test('mistakes in file and flags come together, without talk of what is missing', async (t) => {
  await t.throwsAsync(() => request(['--config', 'web.yaml', '--name', 'x y'], 'cpus: x\n'), {
    message:
      'failed to parse --name "x y": a name has 2 to 128 of the characters a-z, A-Z, 0-9, "_", "." and "-" and begins with a letter or digit\n' +
      'failed to read the configuration "/project/web.yaml": cpus "x": a number of CPUs, 0.01 or more, is needed',
  });
});
