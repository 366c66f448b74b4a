import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { assertRefused, type BadCase, scratchDirectory, scratchFile, testRefusals } from '../support/bad.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = busyboxRoot();
const scratch = scratchDirectory();
const NOT_FOUND = 'ENOENT no such file or directory';

const run = (title: string, words: readonly string[], stderr: string, exitCode = 125): BadCase => ({
  title,
  args: ['run', '--rm', '--rootfs', root, ...words],
  stderr,
  exitCode,
});
const badRoot = (title: string, path: string, reason: string): BadCase => ({
  title,
  args: ['run', '--rm', '--rootfs', path, 'true'],
  stderr: `failed to open the root "${path.replace(/:O$/, '')}": ${reason}`,
});

const cpuCount = listOnline('cpu').split(', ').length;

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

  run(
    'a command that is not in PATH',
    ['nope'],
    `failed to find the executable "nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),
  run(
    'a path that is not there',
    ['/bin/nope'],
    `failed to find the executable "/bin/nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),
  run(
    'a path through a file',
    ['/etc/passwd/x'],
    'failed to find the executable "/etc/passwd/x" (process.args[0]): ENOTDIR not a directory',
    127,
  ),
  run(
    'a whole shell line as one word',
    ['ls -l'],
    `failed to find the executable "ls -l" (process.args[0]): ${NOT_FOUND}\nhint: a command and its arguments are separate words; for a shell line use: sh -c 'ls -l'`,
    127,
  ),
  run(
    'a directory as the command',
    ['/etc'],
    'failed to find the executable "/etc" (process.args[0]): EACCES permission denied',
    126,
  ),
  run(
    'a file that is not executable',
    ['/etc/passwd'],
    'failed to find the executable "/etc/passwd" (process.args[0]): EACCES permission denied',
    126,
  ),
  run(
    'an entrypoint that is not there',
    ['--entrypoint', 'nope', 'true'],
    `failed to find the executable "nope" (process.args[0]): ${NOT_FOUND}`,
    127,
  ),

  run(
    'an unknown user',
    ['-u', 'nouser', 'true'],
    'failed to find the user "nouser": no such entry in "/etc/passwd" of the root',
  ),
  run(
    'an unknown group',
    ['-u', '0:nogrp', 'true'],
    'failed to find the group "nogrp": no such entry in "/etc/group" of the root',
  ),
  run(
    'an unknown supplementary group',
    ['--group-add', 'nogrp', 'true'],
    'failed to find the group "nogrp": no such entry in "/etc/group" of the root',
  ),
  run(
    'a working directory that is missing',
    ['-w', '/nope', 'true'],
    `failed to change to the directory "/nope" (process.cwd): ${NOT_FOUND}`,
  ),
  run(
    'a working directory that is a file',
    ['-w', '/etc/passwd', 'true'],
    'failed to change to the directory "/etc/passwd" (process.cwd): ENOTDIR not a directory',
  ),

  run(
    'an env-file that is missing',
    ['--env-file', '/nope', 'true'],
    `failed to read --env-file "/nope": ${NOT_FOUND}`,
  ),
  run(
    'an env-file that is a directory',
    ['--env-file', scratch, 'true'],
    `failed to read --env-file "${scratch}": EISDIR illegal operation on a directory`,
  ),
  run(
    'an env-file with a bad line',
    ['--env-file', badEnvFile, 'true'],
    `failed to parse --env-file "${badEnvFile}": line 2: the name "B C" has a blank in it`,
  ),
  run(
    'an env-file that is not text',
    ['--env-file', notText, 'true'],
    `failed to read --env-file "${notText}": it is not UTF-8 text`,
  ),
  run(
    'a label-file that is missing',
    ['--label-file', '/nope', 'true'],
    `failed to read --label-file "/nope": ${NOT_FOUND}`,
  ),
  run(
    'a label-file with a bad line',
    ['--label-file', badLabelFile, 'true'],
    `failed to parse --label-file "${badLabelFile}": line 2: the name before "=" is empty in "=x"`,
  ),
  run(
    'a cidfile that exists',
    ['--cidfile', exists, 'true'],
    `failed to write the id to "${exists}" (--cidfile): EEXIST file already exists`,
  ),
  run(
    'a cidfile in a directory that is missing',
    ['--cidfile', '/nope/cid', 'true'],
    `failed to write the id to "/nope/cid" (--cidfile): ${NOT_FOUND}`,
  ),

  run(
    'a source of --mount that is missing',
    ['--mount', 'type=bind,source=/nope,target=/mnt', 'true'],
    `failed to bind "/nope" on "/mnt" (mounts[N]): ${NOT_FOUND}`,
  ),
  run(
    'a tmpfs on a file',
    ['--tmpfs', '/etc/passwd', 'true'],
    'failed to mount "tmpfs" on "/etc/passwd" (mounts[N]): ENOTDIR not a directory',
  ),
  run(
    'a mount over a part of /proc',
    ['-v', `${scratch}:/proc/self`, 'true'],
    'failed to compile the mounts: mounts[N].destination "/proc/self" is below "/proc"',
  ),
  run(
    'a device that is missing',
    ['--device', '/dev/nope', 'true'],
    `failed to open the device "/dev/nope": ${NOT_FOUND}`,
  ),
  run(
    'a device that is a file',
    ['--device', '/etc/passwd', 'true'],
    'failed to open the device "/etc/passwd": it is not a device',
  ),
  run(
    'a device below /proc',
    ['--device', '/dev/null:/proc/x', 'true'],
    `failed to make the device "/proc/x" (linux.devices[0]): ${NOT_FOUND}`,
  ),

  run(
    'CPUs that this machine lacks',
    ['--cpuset-cpus', '4000', 'true'],
    `failed to limit resources: "4000" names CPU 4000; this machine has ${listOnline('cpu')} (linux.resources.cpu.cpus)`,
  ),
  run(
    'memory nodes that this machine lacks',
    ['--cpuset-mems', '63', 'true'],
    `failed to limit resources: "63" names memory node 63; this machine has ${listOnline('node')} (linux.resources.cpu.mems)`,
  ),
  run(
    'more CPUs than this machine has',
    ['--cpus', '1000', 'true'],
    `failed to limit resources: 1000 CPUs is not in the range from 0.01 to ${cpuCount}: this machine has ${cpuCount} (linux.resources.cpu.quota)`,
  ),
  run(
    'memory that nothing fits in',
    ['-m', '1k', 'true'],
    'failed to limit resources: the memory limit of 1024 bytes is less than 6291456 bytes (6 MiB) (linux.resources.memory.limit)',
  ),
  run(
    'limits that are wrong, all at once',
    ['-m', '1k', '--cpus', '1000', 'true'],
    [
      'failed to limit resources: the memory limit of 1024 bytes is less than 6291456 bytes (6 MiB) (linux.resources.memory.limit)',
      `1000 CPUs is not in the range from 0.01 to ${cpuCount}: this machine has ${cpuCount} (linux.resources.cpu.quota)`,
    ].join('; '),
  ),
  run(
    'more processes than the kernel counts',
    ['--pids-limit', '99999999', 'true'],
    'failed to set "pids.max" to "99999999" (linux.resources.pids.limit): EINVAL invalid argument',
  ),
  run(
    'a kernel parameter that does not exist',
    ['--sysctl', 'net.nope=1', 'true'],
    `failed to write "1" to "/proc/sys/net/nope" (linux.sysctl["net.nope"]): ${NOT_FOUND}`,
  ),
  run(
    'a value that a kernel parameter does not take',
    ['--sysctl', 'kernel.shmmax=abc', 'true'],
    'failed to write "abc" to "/proc/sys/kernel/shmmax" (linux.sysctl["kernel.shmmax"]): EINVAL invalid argument',
  ),
  run(
    'more open files than the kernel allows',
    ['--ulimit', 'nofile=99999999999', 'true'],
    'failed to set the limit to 99999999999:99999999999 (process.rlimits[0]): EPERM operation not permitted',
  ),
]);

test('a script whose interpreter is missing', async (t) => {
  const own = freshBusyboxRoot();
  writeExecutable(join(own, 'script'), '#!/bin/nope\n');
  await assertRefused(t, {
    title: '',
    args: ['run', '--rm', '--rootfs', own, '/script'],
    stderr: `failed to run "/script" (process.args): ${NOT_FOUND}`,
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

/** CPUs or memory nodes of this machine, as the message lists them. */
function listOnline(what: 'cpu' | 'node'): string {
  const ranges = readFileSync(`/sys/devices/system/${what}/online`, 'utf8').trim().split(',');
  return ranges
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    })
    .join(', ');
}
