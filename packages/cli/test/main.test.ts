import { readFileSync } from 'node:fs';
import test from 'ava';
import { main } from '../src/main.js';
import { recordIo } from './commands/record-io.js';

async function mini(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = recordIo();
  const code = await main(argv, io);
  return { code, out: io.out, err: io.err };
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

test('mini alone, --help, -h and help show the commands', async (t) => {
  const plain = await mini();
  t.is(plain.code, 0);
  t.is(plain.err, '');
  t.regex(plain.out, /^mini COMMAND \[FLAGS\]/);
  t.regex(plain.out, /^ {2}mini run +Run a command in a new container$/m);
  for (const argv of [['--help'], ['-h'], ['help'], ['help', 'help']])
    t.deepEqual(await mini(...argv), plain);
});

test('the help of a command, in three ways', async (t) => {
  const help = await mini('run', '--help');
  t.is(help.code, 0);
  t.regex(
    help.out,
    /^mini run \[FLAGS\] IMAGE\|--rootfs DIR \[COMMAND \[ARG\.\.\.\]\]\n\nRun a command in a new container\n/,
  );
  t.regex(help.out, /^ {2}-e, --env +KEY\[=VALUE\]/m);
  t.regex(help.out, /^ {2}-h, --hostname +NAME/m);
  t.deepEqual(await mini('help', 'run'), help);
  t.deepEqual(await mini('--help', 'run'), help);
});

test('the version', async (t) => {
  const expected = { code: 0, out: `${version}\n`, err: '' };
  t.deepEqual(await mini('--version'), expected);
  t.deepEqual(await mini('-v'), expected);
});

test('an unknown command is exit code 1, with the nearest one', async (t) => {
  t.deepEqual(await mini('runn', '--rm'), {
    code: 1,
    out: '',
    err: 'failed to find the command "runn": there is no such command\nhint: did you mean "run"?\n',
  });
  t.deepEqual(await mini('help', 'urn'), {
    code: 1,
    out: '',
    err: 'failed to find the command "urn": there is no such command\nhint: did you mean "run"?\n',
  });
});

test('an unknown flag before the command is exit code 1', async (t) => {
  t.deepEqual(await mini('--hepl'), {
    code: 1,
    out: '',
    err: 'failed to parse the flag "--hepl": there is no such flag\nhint: did you mean "--help"?\n',
  });
});

test('log flags may stand before the command', async (t) => {
  const { code, err } = await mini('--log-format', 'json', 'run', '--nope');
  t.is(code, 125);
  t.like(JSON.parse(err), {
    level: 'error',
    msg: 'failed to parse the flag "--nope": there is no such flag',
  });
});

test('the completion script asks mini', async (t) => {
  const { code, out, err } = await mini('completion');
  t.is(code, 0);
  t.is(err, '');
  t.regex(out, /mini-completions/);
  t.regex(out, /--get-yargs-completions/);
});

test('completions of commands and flags', async (t) => {
  const commands = (await mini('--get-yargs-completions', 'mini', '')).out.split('\n');
  t.true(commands.some((line) => /^run\b/.test(line)));
  const flags = (await mini('--get-yargs-completions', 'mini', 'run', '--')).out.split('\n');
  t.true(flags.some((line) => /^--memory-swap\b/.test(line)));
  t.false(flags.includes('--m'));
});
