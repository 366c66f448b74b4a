import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini } from '../support/mini.js';
import { parseStatus } from '../support/processes.js';
import { freshBusyboxRoot } from '../support/roots.js';
import { runCommand, runInDebian } from '../support/run-in.js';
import { hold } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = freshBusyboxRoot();
mkdirSync(join(root, 't/dir'), { recursive: true });

function writeProgram(name: string, content: string | Buffer, mode = 0o755): void {
  writeFileSync(join(root, 't', name), content);
  chmodSync(join(root, 't', name), mode);
}

writeProgram('script', '#!/bin/sh\necho script $0 "$@"\n');
writeProgram('with-argument', '#!/bin/echo one two\n');
writeProgram('missing-interpreter', '#!/nope/interpreter\n');
writeProgram('directory-interpreter', '#!/t/dir\n');
writeProgram('no-format', 'echo hi\n');
writeProgram('plain', '#!/bin/sh\n', 0o644);
writeProgram('cut-elf', readFileSync('/bin/busybox').subarray(0, 4));
writeProgram('empty', '');
symlinkSync('/nope', join(root, 't/dangling'));
symlinkSync('loop', join(root, 't/loop'));

const run = (flags: readonly string[], ...command: string[]) =>
  mini(['run', '--rm', ...flags, '--rootfs', root, ...command]);

test('the command is PID 1, and exec replaces it with the same number', async (t) => {
  const { stdout } = await run(
    [],
    'sh',
    '-c',
    'echo $$; exec sh -c "$0"',
    'echo $$; tr "\\0" . < /proc/1/cmdline; true',
  );
  t.is(stdout, '1\n1\nsh.-c.echo $$; tr "\\0" . < /proc/1/cmdline; true.');
});

test('seen from the machine the command is one process under its monitor', async (t) => {
  const running = await hold([]);
  const status = parseStatus(readFileSync(`/proc/${running.pid}/status`, 'utf8'));
  const words = readFileSync(`/proc/${running.pid}/cmdline`, 'utf8').split('\0');
  const monitor = readFileSync(`/proc/${running.monitorPid}/cmdline`, 'utf8').split('\0');
  await running.finish();
  t.deepEqual([status.Name, status.PPid, status.NSpid], ['sh', `${running.monitorPid}`, `${running.pid}\t1`]);
  t.deepEqual(words.slice(0, 2), ['sh', '-c']);
  // Its words are public: one, without anything of the caller's.
  t.deepEqual(monitor, ['mini-monitor', '']);
});

test('--init keeps a PID 1 of its own, the command is its child', async (t) => {
  const { stdout } = await run(['--init'], 'sh', '-c', 'echo $$ $PPID; cat /proc/1/comm; echo');
  t.regex(stdout, /^[2-9] 1\nmini-init\n/);
});

test('a script is run by its interpreter', async (t) => {
  t.is((await run([], '/t/script', 'a', 'b c')).stdout, 'script /t/script a b c\n');
  t.is((await run([], '/t/with-argument', 'a')).stdout, 'one two /t/with-argument a\n');
});

test('argv[0] is what was written', async (t) => {
  t.is((await run(['-w', '/t'], './script')).stdout, 'script ./script\n');
  t.is((await run(['-w', '/t'], '../t/script')).stdout, 'script ../t/script\n');
  t.is((await run([], 'sh', '-c', 'tr "\\0" " " < /proc/1/cmdline; true')).stdout.split(' ')[0], 'sh');
});

test('PATH is searched in the container, not here', async (t) => {
  const { exitCode, stderr } = await run([], 'node', '--version');
  t.is(exitCode, 127);
  t.is(stderr, 'failed to find the executable "node" (process.args[0]): ENOENT no such file or directory\n');
});

test('PATH is the one that the container gets', async (t) => {
  t.is((await run(['-e', 'PATH=/nope:/t'], 'script')).stdout, 'script /t/script\n');
  t.is((await run(['-e', 'PATH=/t:/bin'], 'sh', '-c', 'echo $PATH')).stdout, '/t:/bin\n');
  t.is((await run(['-e', 'PATH=/nope'], 'sh')).exitCode, 127);
});

test('a part of PATH that is relative counts from the working directory', async (t) => {
  t.is((await run(['-e', 'PATH=.:/bin', '-w', '/t'], 'script')).stdout, 'script ./script\n');
});

test('what cannot be run is passed over for what can', async (t) => {
  writeProgram('echo', 'not a program', 0o644);
  t.is((await run(['-e', 'PATH=/t:/bin'], 'echo', 'a')).stdout, 'a\n');
});

test('a command with "/" in it is not searched', async (t) => {
  t.is((await run(['-e', 'PATH=/'], 't/script')).stdout, 'script t/script\n');
});

const FAILURES: readonly (readonly [command: string, exitCode: number, stderr: string])[] = [
  ['nope', 127, 'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory'],
  [
    '/nope/x',
    127,
    'failed to find the executable "/nope/x" (process.args[0]): ENOENT no such file or directory',
  ],
  [
    '/t/dangling',
    127,
    'failed to find the executable "/t/dangling" (process.args[0]): ENOENT no such file or directory',
  ],
  [
    '/t/plain/x',
    127,
    'failed to find the executable "/t/plain/x" (process.args[0]): ENOTDIR not a directory',
  ],
  ['/t/plain', 126, 'failed to find the executable "/t/plain" (process.args[0]): EACCES permission denied'],
  ['/t/dir', 126, 'failed to find the executable "/t/dir" (process.args[0]): EACCES permission denied'],
  [
    '/t/loop',
    126,
    'failed to find the executable "/t/loop" (process.args[0]): ELOOP too many symbolic links encountered',
  ],
  [
    '/t/directory-interpreter',
    126,
    'failed to run "/t/directory-interpreter" (process.args): EACCES permission denied',
  ],
  ['/t/no-format', 126, 'failed to run "/t/no-format" (process.args): ENOEXEC exec format error'],
  ['/t/empty', 126, 'failed to run "/t/empty" (process.args): ENOEXEC exec format error'],
  ['/t/cut-elf', 126, 'failed to run "/t/cut-elf" (process.args): ENOEXEC exec format error'],
];

for (const [command, exitCode, message] of FAILURES) {
  test(`${command} cannot be run: ${exitCode}`, async (t) => {
    const result = await run([], command, 'a');
    t.is(result.stderr, `${message}\n`);
    t.is(result.exitCode, exitCode);
    t.is(result.stdout, '');
  });
}

test('a script whose interpreter is missing: 127', async (t) => {
  const { exitCode, stderr } = await run([], '/t/missing-interpreter');
  t.is(exitCode, 127);
  t.is(
    stderr.split('\n')[0],
    'failed to run "/t/missing-interpreter" (process.args): ENOENT no such file or directory',
  );
});

test('a program that only another user may run: 126', async (t) => {
  writeProgram('private', '#!/bin/sh\n', 0o700);
  const { exitCode, stderr } = await run(['-u', 'app'], '/t/private');
  t.is(exitCode, 126);
  t.is(stderr, 'failed to find the executable "/t/private" (process.args[0]): EACCES permission denied\n');
});

test('a program on a mount without programs: 126', async (t) => {
  const { exitCode, stderr } = await run(['-v', `${root}/t:/opt:noexec`], '/opt/script');
  t.is(exitCode, 126);
  t.is(stderr, 'failed to find the executable "/opt/script" (process.args[0]): EACCES permission denied\n');
});

for (const code of [0, 1, 7, 125, 126, 127, 128, 255]) {
  test(`the exit code ${code} of the command is that of mini`, async (t) => {
    const { exitCode, stderr } = await runCommand([], ['sh', '-c', `exit ${code}`]);
    t.deepEqual({ exitCode, stderr }, { exitCode: code, stderr: '' });
  });
}

for (const [name, number] of [
  ['KILL', 9],
  ['SEGV', 11],
  ['TERM', 15],
  ['ABRT', 6],
] as const) {
  test(`a command that SIG${name} ends: ${128 + number}`, async (t) => {
    t.is((await runCommand(['--init'], ['sh', '-c', `kill -${name} $$`])).exitCode, 128 + number);
  });
}

test('bash, awk and a compiled program of a real Debian', async (t) => {
  const { stdout, exitCode } = await runInDebian(
    [],
    `echo "$BASH_VERSION" | cut -c1; awk 'BEGIN { print 6 * 7 }'; perl -e 'print "perl\\n"'; ps -o pid=,comm= | wc -l; dpkg --print-architecture`,
  );
  t.is(exitCode, 0);
  t.regex(stdout, /^5\n42\nperl\n\d+\n(amd64|arm64)\n$/);
});

test('nothing is left behind', async (t) => {
  await run([], 'true');
  const before = takeSnapshot();
  await run([], 'nope');
  await run([], '/t/no-format');
  await run(['--init'], '/t/empty');
  t.deepEqual(await differenceSince(before), NOTHING);
});
