import test from 'ava';
import { execa } from 'execa';
import { makeJobFiles, makeJobScript } from '../../src/vm/job.js';
import { parseVmArguments } from '../../src/vm/options.js';

const options = (...argv: string[]) => parseVmArguments(['run', ...argv], {}, '/');
const kernel = { version: '6.1', imagePath: '/boot/vmlinuz-6.1', modulesRoot: '/cache/kernel' };

test('a shell reads back the very words of the command and the environment', async (t) => {
  const words = ["it's", '$HOME `id`', 'two\nlines', '', '\\'];
  const script = makeJobScript(
    options(
      '--env',
      'QUOTED=\'"$x',
      '--',
      'sh',
      '-c',
      'printf "%s|" "$QUOTED" "$MINI_VM" "$@"',
      'sh',
      ...words,
    ),
    { PATH: process.env.PATH ?? '/bin' },
  );
  const { stdout } = await execa('sh', ['-s'], { input: script });
  t.is(stdout, `'"$x|1|${words.map((word) => `${word}|`).join('')}`);
});

test('a missing working directory ends the job with 125', async (t) => {
  const script = makeJobScript(options('--cwd', '/nonexistent/mini', '--', 'true'), {});
  const { exitCode } = await execa('sh', ['-s'], { input: script, reject: false });
  t.is(exitCode, 125);
});

test('only directories that the guest covers are kept aside', (t) => {
  const visible = ['/tmp/checkout', '/home/me/checkout', '/var/tmp/x', '/tmpfoo/x', '/run/y'];
  const files = makeJobFiles(options('--', 'true'), {}, kernel, visible);
  const texts = Object.fromEntries(files.map(({ path, data }) => [path, Buffer.from(data).toString()]));
  t.is(texts['job/keep-directories'], '/tmp/checkout\n/var/tmp/x\n/run/y\n');
  t.is(texts['job/modules-directory'], '/cache/kernel/lib/modules/6.1');
  t.false('job/artifact-directory' in texts);
});
