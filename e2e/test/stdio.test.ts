import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { MINI, startMini } from '../support/mini.js';
import { childrenNamed, isAlive, readStatus } from '../support/processes.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { runCommand, runScript } from '../support/run-in.js';
import { startRunning } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

const MIB = 1024 ** 2;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const words = (flags: readonly string[], ...command: string[]) => [
  ...['run', '--rm', ...flags, '--rootfs', busyboxRoot()],
  ...command,
];

/** Lets a program write straight into a file: execa would stand between. */
const into = (file: string) => ['sh', '-c', `exec "$@" > ${file}`, 'sh'];

test('-i passes 100 MB through to their end, byte for byte', async (t) => {
  const directory = freshDirectory();
  const [input, output] = [join(directory, 'in'), join(directory, 'out')];
  const bytes = randomBytes(100 * MIB);
  writeFileSync(input, bytes);
  await execa('sh', ['-c', `exec ${MINI} ${words(['-i'], 'cat').join(' ')} < ${input} > ${output}`]);
  t.is(statSync(output).size, bytes.length);
  t.is(sha256(readFileSync(output)), sha256(bytes));
});

test('-i through pipes on both sides', async (t) => {
  const script = `head -c ${20 * MIB} /dev/zero | ${MINI} ${words(['-i'], 'wc', '-c').join(' ')} | cat`;
  t.is((await execa('sh', ['-c', script])).stdout, String(20 * MIB));
});

test('-i with an empty stdin', async (t) => {
  t.is((await runScript(['-i'], 'wc -c')).stdout, '0\n');
  t.is((await runScript(['-i'], 'wc -c', { input: '' })).stdout, '0\n');
});

test('-i with input that comes late', async (t) => {
  const running = await startRunning(
    words(['-i'], 'sh', '-c', 'echo ready; read -r a; echo "1: $a"; read -r b; echo "2: $b"'),
  );
  running.cli.stdin?.write('one\n');
  await waitFor('the first line', () => running.stdout().includes('1: one\n'));
  running.cli.stdin?.end('two\n');
  t.is(String((await running.cli).stdout), 'ready\n1: one\n2: two\n');
});

test('-i with a command that reads only a part ends with it', async (t) => {
  const { stdout, exitCode } = await runScript(['-i'], 'head -c 3; exit 4', { input: 'x'.repeat(4 * MIB) });
  t.deepEqual({ stdout, exitCode }, { stdout: 'xxx', exitCode: 4 });
});

test('-i with a stdin that never ends does not keep a command that ends', async (t) => {
  const cli = startMini(words(['-i'], 'true'), { stdin: 'pipe' });
  const { exitCode } = await new Promise<{ exitCode: number | null }>((resolve) =>
    cli.once('exit', (code) => resolve({ exitCode: code })),
  );
  cli.stdin?.end();
  t.is(exitCode, 0);
});

test('without -i stdin is empty, and what is there stays for who comes next', async (t) => {
  t.is((await runScript([], 'cat | wc -c', { input: 'not for you' })).stdout, '0\n');
  const script = `${MINI} ${words([], 'cat').join(' ')}; cat`;
  t.is((await execa('sh', ['-c', script], { input: 'for the next' })).stdout, 'for the next');
});

test('stdin of the command is a pipe with -i and /dev/null without', async (t) => {
  const script = 'readlink /proc/self/fd/0 | sed "s/[0-9]\\+/N/"; exec 0<&-; echo x';
  t.is((await runScript(['-i'], script)).stdout, 'pipe:[N]\nx\n');
  t.is((await runScript([], script)).stdout, '/dev/null\nx\n');
});

test('stdout and stderr are kept apart', async (t) => {
  const { stdout, stderr } = await runScript([], 'echo out; echo err >&2; echo out2; echo err2 >&2');
  t.deepEqual({ stdout, stderr }, { stdout: 'out\nout2\n', stderr: 'err\nerr2\n' });
});

test('both may go to the same file', async (t) => {
  const file = join(freshDirectory(), 'both');
  await startMini(words([], 'sh', '-c', 'echo out; echo err >&2'), {}, [
    'sh',
    '-c',
    `exec "$@" >> ${file} 2>&1`,
    'sh',
  ]);
  t.deepEqual(readFileSync(file, 'utf8').trim().split('\n').sort(), ['err', 'out']);
});

test('bytes of any value come out as they are', async (t) => {
  const script = 'i=0; while [ $i -lt 256 ]; do printf "\\\\$(printf %o $i)"; i=$((i + 1)); done';
  const { stdout } = await startMini(words([], 'sh', '-c', script), { encoding: 'buffer' });
  t.deepEqual(
    [...(stdout as unknown as Uint8Array)],
    Array.from({ length: 256 }, (_, byte) => byte),
  );
});

test('output without a line feed at its end comes whole', async (t) => {
  t.is((await runCommand([], ['printf', 'no end'])).stdout, 'no end');
});

test('what is written last before the exit is not lost', async (t) => {
  const script = `head -c ${8 * MIB} /dev/zero; printf last; printf error >&2`;
  const { stdout, stderr } = await runScript([], script, { maxBuffer: 16 * MIB });
  t.is(stdout.length, 8 * MIB + 4);
  t.is(stderr, 'error');
});

test('100 MB come out while the command line is stopped: no JavaScript is in the way', async (t) => {
  const file = join(freshDirectory(), 'out');
  const script = `echo ready; read _; head -c ${100 * MIB} /dev/zero; echo end >&2`;
  const cli = startMini(words(['-i'], 'sh', '-c', script), { stdin: 'pipe' }, into(file));
  t.teardown(() => cli.kill('SIGKILL'));
  await waitFor('the start', () => statSync(file, { throwIfNoEntry: false })?.size);
  const pid = cli.pid!;
  await waitFor('the reader of stdin', () => childrenNamed(pid, 'mini-pump').length > 0);
  process.kill(pid, 'SIGSTOP');
  await waitFor('the stop', () => readStatus(pid).State?.startsWith('T'));
  cli.stdin?.write('\n');
  await waitFor('the output', () => statSync(file).size === 100 * MIB + 'ready\n'.length);
  t.true(readStatus(pid).State?.startsWith('T'));
  process.kill(pid, 'SIGCONT');
  t.is((await cli).exitCode, 0);
});

test('a reader that has enough ends the command, as in a pipeline without a container', async (t) => {
  for (const flags of [[], ['--init']]) {
    const script = `${MINI} ${words(flags, 'yes').join(' ')} 2> /dev/null | head -n 2`;
    t.is((await execa('sh', ['-c', script])).stdout, 'y\ny');
  }
});

test('stdout that is closed from the start does not stop the command', async (t) => {
  const mark = join(freshDirectory(), 'mark');
  const command = words(['-v', `${mark}:/mnt`], 'sh', '-c', "'echo lost; touch /mnt/done'").join(' ');
  const { exitCode } = await execa('sh', ['-c', `${MINI} ${command} >&- 2>&-`], { reject: false });
  t.is(exitCode, 0);
  t.true(statSync(join(mark, 'done')).isFile());
});

test('a full device as stdout does not hang', async (t) => {
  const { exitCode } = await execa(
    'sh',
    ['-c', `${MINI} ${words([], 'echo', 'lost').join(' ')} > /dev/full`],
    { reject: false },
  );
  t.is(exitCode, 0);
});

test('a stdout that is non-blocking loses nothing and stays so', async (t) => {
  // The flag belongs to the open file, which this program and mini share.
  const program = `import fcntl, os, select, subprocess, sys
r, w = os.pipe()
fcntl.fcntl(w, fcntl.F_SETFL, os.O_NONBLOCK)
p = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=w)
total = 0
while total < ${4 * MIB}:
    if select.select([r], [], [], 0.2)[0]: total += len(os.read(r, 65536))
    elif p.poll() is not None: break
p.wait()
print(total, bool(fcntl.fcntl(w, fcntl.F_GETFL) & os.O_NONBLOCK), p.returncode)`;
  const { stdout } = await execa('python3', [
    '-c',
    program,
    MINI,
    ...words([], 'head', '-c', String(4 * MIB), '/dev/zero'),
  ]);
  t.is(stdout, `${4 * MIB} True 0`);
});

test('a terminal is not given without -t', async (t) => {
  t.is((await runScript(['-i'], 'tty; test -t 1 || echo no')).stdout, 'not a tty\nno\n');
});

test('-it without a terminal on stdin is an error of mini', async (t) => {
  const { exitCode, stdout, stderr } = await runCommand(['-it'], ['true']);
  t.is(exitCode, 125);
  t.is(stdout, '');
  t.is(
    stderr,
    'failed to connect the terminal (-t): stdin is not a terminal\nhint: leave out -t to pipe into the command\n',
  );
});

test('-t without -i gives a terminal, whose output comes here', async (t) => {
  const { stdout, exitCode } = await runScript(
    ['-t'],
    'tty; test -t 0 && test -t 1 && test -t 2 && echo all; echo err >&2; exit 5',
  );
  t.is(stdout, '/dev/pts/0\r\nall\r\nerr\r\n');
  t.is(exitCode, 5);
});

test('-t without -i leaves stdin to who comes next', async (t) => {
  const script = `${MINI} ${words(['-t'], 'echo', 'inside').join(' ')}; cat`;
  t.is((await execa('sh', ['-c', script], { input: 'for the next' })).stdout, 'inside\r\nfor the next');
});

test('a child that outlives the command does not keep mini', async (t) => {
  const { stdout } = await runScript(['--init'], 'sleep 1000 & echo started');
  t.is(stdout, 'started\n');
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  const cli = startMini(words(['-i'], 'cat'), { input: 'x'.repeat(MIB), buffer: false, stdout: 'ignore' });
  await cli;
  await runScript(['-t'], 'echo x');
  t.false(isAlive(cli.pid!));
  t.deepEqual(await differenceSince(before), NOTHING);
});
