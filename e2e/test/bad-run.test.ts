import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import {
  assertRefused,
  type BadCase,
  badRun,
  scratchDirectory,
  scratchFile,
  testRefusals,
} from '../support/bad.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = busyboxRoot();
const scratch = scratchDirectory();
const NOT_FOUND = 'ENOENT no such file or directory';

const badRoot = (title: string, path: string, reason: string): BadCase => ({
  title,
  args: ['run', '--rm', '--rootfs', path, 'true'],
  stderr: `failed to open the root "${path.replace(/:O$/, '')}": ${reason}`,
});

const file = scratchFile('file', 'text\n');
const hole = join(scratch, 'hole');
symlinkSync(join(scratch, 'nothing'), hole);
const exists = scratchFile('cid', '');
const badEnvFile = scratchFile('bad-env', 'A=1\nB C=2\n');
const notText = scratchFile('not-text', new Uint8Array([0xff, 0xfe, 0x41]));
const badLabelFile = scratchFile('bad-labels', '# labels\n=x\n');

testRefusals([
  badRoot('a root that is missing', join(scratch, 'nothing'), NOT_FOUND),
  badRoot('a root that is a file', file, 'ENOTDIR not a directory'),
  badRoot('a root that is a device', '/dev/null', 'ENOTDIR not a directory'),
  badRoot('a root that is a link to nothing', hole, NOT_FOUND),
  badRoot('a missing root under a throw-away layer', `${scratch}/nothing:O`, NOT_FOUND),
  badRoot('a file under a throw-away layer', `${file}:O`, 'ENOTDIR not a directory'),
  {
    title: 'an empty directory as the root',
    args: ['run', '--rm', '--rootfs', makeDirectory('empty'), 'sh'],
    stderr: `failed to find the executable "sh" (process.args[0]): ${NOT_FOUND}`,
    exitCode: 127,
  },

  badRun(
    'a command that is not in PATH',
    ['nope'],
    `failed to find the executable "nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),
  badRun(
    'a path that is not there',
    ['/bin/nope'],
    `failed to find the executable "/bin/nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),
  badRun(
    'a path through a file',
    ['/etc/passwd/x'],
    'failed to find the executable "/etc/passwd/x" (process.args[0]): ENOTDIR not a directory',
    127,
  ),
  badRun(
    'a whole shell line as one word',
    ['ls -l'],
    `failed to find the executable "ls -l" (process.args[0]): ${NOT_FOUND}\nhint: a command and its arguments are separate words; for a shell line use: sh -c 'ls -l'`,
    127,
  ),
  badRun(
    'a directory as the command',
    ['/etc'],
    'failed to find the executable "/etc" (process.args[0]): EACCES permission denied',
    126,
  ),
  badRun(
    'a file that is not executable',
    ['/etc/passwd'],
    'failed to find the executable "/etc/passwd" (process.args[0]): EACCES permission denied',
    126,
  ),
  badRun(
    'an entrypoint that is not there',
    ['--entrypoint', 'nope', 'true'],
    `failed to find the executable "nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),

  badRun(
    'an unknown user',
    ['-u', 'nouser', 'true'],
    'failed to find the user "nouser": no such entry in "/etc/passwd" of the root',
  ),
  badRun(
    'an unknown group',
    ['-u', '0:nogrp', 'true'],
    'failed to find the group "nogrp": no such entry in "/etc/group" of the root',
  ),
  badRun(
    'an unknown supplementary group',
    ['--group-add', 'nogrp', 'true'],
    'failed to find the group "nogrp": no such entry in "/etc/group" of the root',
  ),
  badRun(
    'a working directory that is missing in a root that nobody can write to',
    ['--read-only', '-u', 'app', '-w', '/nope', 'true'],
    'failed to make the directory "/nope" (process.cwd): EROFS read-only file system',
  ),
  badRun(
    'a working directory below a file',
    ['-w', '/etc/passwd/x', 'true'],
    'failed to change to the directory "/etc/passwd/x" (process.cwd): ENOTDIR not a directory',
  ),
  badRun(
    'a working directory that is a file',
    ['-w', '/etc/passwd', 'true'],
    'failed to change to the directory "/etc/passwd" (process.cwd): ENOTDIR not a directory',
  ),

  badRun(
    'an env-file that is missing',
    ['--env-file', '/nope', 'true'],
    `failed to read --env-file "/nope": ${NOT_FOUND}`,
  ),
  badRun(
    'an env-file that is a directory',
    ['--env-file', scratch, 'true'],
    `failed to read --env-file "${scratch}": EISDIR illegal operation on a directory`,
  ),
  badRun(
    'an env-file with a bad line',
    ['--env-file', badEnvFile, 'true'],
    `failed to parse --env-file "${badEnvFile}": line 2: the name "B C" has a blank in it`,
  ),
  badRun(
    'an env-file that is not text',
    ['--env-file', notText, 'true'],
    `failed to read --env-file "${notText}": it is not UTF-8 text`,
  ),
  badRun(
    'a label-file that is missing',
    ['--label-file', '/nope', 'true'],
    `failed to read --label-file "/nope": ${NOT_FOUND}`,
  ),
  badRun(
    'a label-file with a bad line',
    ['--label-file', badLabelFile, 'true'],
    `failed to parse --label-file "${badLabelFile}": line 2: the name before "=" is empty in "=x"`,
  ),
  badRun(
    'a cidfile that exists',
    ['--cidfile', exists, 'true'],
    `failed to write the id to "${exists}" (--cidfile): EEXIST file already exists`,
  ),
  badRun(
    'a cidfile in a directory that is missing',
    ['--cidfile', '/nope/cid', 'true'],
    `failed to write the id to "/nope/cid" (--cidfile): ${NOT_FOUND}`,
  ),
]);

test('a script whose interpreter is missing', async (t) => {
  const own = freshBusyboxRoot();
  writeExecutable(join(own, 'script'), '#!/bin/nope\n');
  await assertRefused(t, {
    title: '',
    args: ['run', '--rm', '--rootfs', own, '/script'],
    stderr: `failed to run "/script" (process.args): ${NOT_FOUND}\nhint: "/script" is a script, and its interpreter "/bin/nope" is not there`,
    exitCode: 127,
  });
});

test('a file that is no program', async (t) => {
  const own = freshBusyboxRoot();
  writeExecutable(join(own, 'junk'), '\u0001\u0002 no program\n');
  await assertRefused(t, {
    title: '',
    args: ['run', '--rm', '--rootfs', own, '/junk'],
    stderr: 'failed to run "/junk" (process.args): ENOEXEC exec format error',
    exitCode: 126,
  });
});

test('a message as JSON', async (t) => {
  const { stderr, exitCode } = await mini(['run', '--log-format', 'json', '--memroy', '1g']);
  const { time, ...rest } = JSON.parse(stderr);
  t.regex(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.deepEqual(rest, {
    level: 'error',
    msg: 'failed to parse the flag "--memroy": there is no such flag',
    code: 'bad-option',
    hint: 'did you mean "--memory"?',
  });
  t.is(exitCode, 125);
});

test('a name that a running container has', async (t) => {
  const before = takeSnapshot();
  const first = startMini(
    ['run', '--rm', '-i', '--name', 'e2e-taken', '--rootfs', root, 'sh', '-c', 'echo up; cat'],
    {
      stdin: 'pipe',
    },
  );
  await new Promise((resolve) => first.stdout?.once('data', resolve));
  const second = await mini(['run', '--rm', '--name', 'e2e-taken', '--rootfs', root, 'true']);
  first.stdin?.end();
  t.is((await first).exitCode, 0);
  t.regex(
    second.stderr,
    /^failed to reserve name "e2e-taken": it is in use by container "[0-9a-f]{64}"\nhint: remove or rename that container, or choose another name\n$/,
  );
  t.is(second.exitCode, 125);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a cidfile is taken back when the start fails', async (t) => {
  const path = join(scratch, 'cid-of-failure');
  await mini(['run', '--rm', '--cidfile', path, '--rootfs', root, 'nope']);
  t.throws(() => readFileSync(path), { code: 'ENOENT' });
});

function makeDirectory(name: string): string {
  const path = join(scratch, name);
  mkdirSync(path, { recursive: true });
  return path;
}

function writeExecutable(path: string, content: string): void {
  writeFileSync(path, content, { mode: 0o755 });
}

test('an environment that no plan can hold', async (t) => {
  const before = takeSnapshot();
  const file = scratchFile('big', `BIG=${'x'.repeat(1_500_000)}\n`);
  const result = await mini(['run', '--rm', '--env-file', file, '--rootfs', root, 'true']);
  t.regex(result.stderr, /^failed to encode the plan: 15\d{5} bytes, at most 1048576 are allowed\n$/);
  t.is(result.exitCode, 125);
  t.deepEqual(await differenceSince(before), NOTHING);
});
