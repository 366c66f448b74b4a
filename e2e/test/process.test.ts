import { readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { runCommand, runInDebian, runScript } from '../support/run-in.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const usual = (home = '/root') => `${PATH}\nHOSTNAME=box\nHOME=${home}\n`;
const runEnv = (...flags: string[]) =>
  runCommand(['-h', 'box', ...flags], ['env'], { env: { FROM_HERE: 'yes', EMPTY: '' } });

test('the environment is small and known', async (t) => {
  t.is((await runEnv()).stdout, usual());
});

test('-e sets a variable, the later one wins, at the place of the first', async (t) => {
  const { stdout } = await runEnv('-e', 'A=1', '-e', 'B=', '-e', 'A=a b=c', '--env', 'HOSTNAME=other');
  t.is(stdout, `${PATH}\nHOSTNAME=other\nHOME=/root\nA=a b=c\nB=\n`);
});

test('-e NAME copies the variable of the caller, and nothing where there is none', async (t) => {
  t.is(
    (await runEnv('-e', 'FROM_HERE', '-e', 'EMPTY', '-e', 'MINI_E2E_NOT_SET')).stdout,
    `${usual()}FROM_HERE=yes\nEMPTY=\n`,
  );
});

test('a value may have any byte but NUL in it', async (t) => {
  const value = 'tab\there "quotes" $dollar \\ ü 漢 \n second line';
  t.is((await runEnv('-e', `A=${value}`)).stdout, `${usual()}A=${value}\n`);
});

test('--env-file reads variables, comments and copies; -e wins over it', async (t) => {
  const file = join(freshDirectory(), 'env');
  writeFileSync(
    file,
    '# comment\n\nA=1\nB=two words\nFROM_HERE\nMINI_E2E_NOT_SET\nC="quoted"\n  # more\nD=1#2\n',
  );
  const { stdout } = await runEnv('--env-file', file, '-e', 'A=3');
  t.is(stdout, `${usual()}A=3\nB=two words\nFROM_HERE=yes\nC="quoted"\nD=1#2\n`);
});

test('-w is where the command starts', async (t) => {
  t.is((await runCommand(['-w', '/var/log'], ['pwd'])).stdout, '/var/log\n');
  t.is((await runCommand(['--workdir', '/var/../tmp'], ['pwd'])).stdout, '/tmp\n');
  t.is((await runCommand([], ['pwd'])).stdout, '/\n');
});

test('-w follows links inside the root and never out of it', async (t) => {
  const root = freshBusyboxRoot();
  symlinkSync('/tmp', join(root, 'inside'));
  symlinkSync('../../../../../../tmp', join(root, 'upwards'));
  const pwd = (path: string) =>
    mini(['run', '--rm', '-w', path, '--rootfs', root, 'sh', '-c', 'pwd -P; ls /tmp']);
  writeFileSync(join(root, 'tmp/mark'), '');
  t.is((await pwd('/inside')).stdout, '/tmp\nmark\n');
  t.is((await pwd('/upwards')).stdout, '/tmp\nmark\n');
});

test('-w that is missing is made, for the user of the container, and its parents for root', async (t) => {
  const root = freshBusyboxRoot();
  const describe = 'pwd; stat -c "%n %u:%g %a" /made /made/for /made/for/it';
  const run = (...flags: string[]) => mini(['run', '--rm', ...flags, '--rootfs', root, 'sh', '-c', describe]);
  t.is(
    (await run('-w', '/made/for/it', '-u', 'app')).stdout,
    '/made/for/it\n/made 0:0 755\n/made/for 0:0 755\n/made/for/it 1000:1000 755\n',
  );
  // What is there stays as it is.
  t.is(
    (await run('-w', '/made/for/it')).stdout,
    '/made/for/it\n/made 0:0 755\n/made/for 0:0 755\n/made/for/it 1000:1000 755\n',
  );
  t.is((await mini(['run', '--rm', '--read-only', '-w', '/new', '--rootfs', root, 'pwd'])).stdout, '/new\n');
});

test('nothing is made outside of the root, whatever link leads there', async (t) => {
  const root = freshBusyboxRoot();
  const outside = freshDirectory('outside');
  symlinkSync(outside, join(root, 'absolute'));
  symlinkSync(`../../../../../../../..${outside}`, join(root, 'upwards'));
  symlinkSync('/no/such/place', join(root, 'dangling'));
  for (const user of ['root', 'app']) {
    for (const link of ['absolute', 'upwards']) {
      await mini(['run', '--rm', '-u', user, '-w', `/${link}/made`, '--rootfs', root, 'true']);
    }
    const made = await mini(['run', '--rm', '-u', user, '-w', '/dangling', '--rootfs', root, 'pwd']);
    t.deepEqual([made.exitCode, made.stdout, made.stderr], [0, '/no/such/place\n', '']);
  }
  t.deepEqual(readdirSync(outside), []);
});

test('a user who makes his working directory keeps none of the rights for it', async (t) => {
  const { stdout } = await runCommand(
    ['-u', 'app', '-w', '/made/here'],
    ['grep', 'Cap[IPEA]', '/proc/self/status'],
  );
  t.regex(stdout, /^(Cap...:\t0{16}\n){4}$/);
});

test('a script whose interpreter is missing is exit code 127, with a hint', async (t) => {
  const root = freshBusyboxRoot();
  writeFileSync(join(root, 'bin/script'), '#! /no/such -x\n', { mode: 0o755 });
  const hint = 'hint: "/bin/script" is a script, and its interpreter "/no/such" is not there';
  const expected = `failed to run "script" (process.args): ENOENT no such file or directory\n${hint}\n`;
  const result = await mini(['run', '--rm', '--rootfs', root, 'script']);
  t.deepEqual([result.exitCode, result.stderr], [127, expected]);
});

test('-w that cannot be gone to is an error of mini', async (t) => {
  const { exitCode, stderr } = await runCommand(['-w', '/etc/passwd'], ['pwd']);
  t.is(exitCode, 125);
  t.is(stderr, 'failed to change to the directory "/etc/passwd" (process.cwd): ENOTDIR not a directory\n');
});

test('-w may be where the user could not go, and gives him no right to anything there', async (t) => {
  const { exitCode, stdout } = await runCommand(
    ['-w', '/root', '-u', 'app'],
    ['sh', '-c', 'pwd; ls . 2>&1; grep CapEff /proc/self/status'],
  );
  t.is(exitCode, 0);
  t.is(stdout, '/root\nls: .: Permission denied\nCapEff:\t0000000000000000\n');
});

const USERS: readonly (readonly [user: string, ids: string, home: string])[] = [
  ['app', 'uid=1000(app) gid=1000(app) groups=44(video),63(audio),1000(app)', '/home/app'],
  ['1000', 'uid=1000(app) gid=1000(app) groups=44(video),63(audio),1000(app)', '/home/app'],
  ['app:video', 'uid=1000(app) gid=44(video) groups=44(video)', '/home/app'],
  ['1000:44', 'uid=1000(app) gid=44(video) groups=44(video)', '/home/app'],
  ['app:7', 'uid=1000(app) gid=7 groups=7', '/home/app'],
  ['1', 'uid=1 gid=0(root) groups=0(root)', '/'],
  ['1234:5678', 'uid=1234 gid=5678 groups=5678', '/'],
  ['0:1000', 'uid=0(root) gid=1000(app) groups=1000(app)', '/root'],
  ['nobody', 'uid=65534(nobody) gid=65534(nogroup) groups=65534(nogroup)', '/nonexistent'],
];

for (const [user, ids, home] of USERS) {
  test(`-u ${user}`, async (t) => {
    const { stdout } = await runScript(['-u', user], 'id; echo $HOME');
    t.is(stdout, `${ids}\n${home}\n`);
  });
}

for (const [user, message] of [
  ['nope', 'failed to find the user "nope": no such entry in "/etc/passwd" of the root'],
  ['app:nope', 'failed to find the group "nope": no such entry in "/etc/group" of the root'],
]) {
  test(`-u ${user} is an error of mini`, async (t) => {
    const { exitCode, stdout, stderr } = await runCommand(['-u', user!], ['id']);
    t.deepEqual({ exitCode, stdout, stderr }, { exitCode: 125, stdout: '', stderr: `${message}\n` });
  });
}

test('real, effective, saved and file system ids are all those of the user', async (t) => {
  const { stdout } = await runCommand(
    ['-u', '1000:44'],
    ['grep', '-E', '^(Uid|Gid|Groups)', '/proc/self/status'],
  );
  t.is(stdout, 'Uid:\t1000\t1000\t1000\t1000\nGid:\t44\t44\t44\t44\nGroups:\t44 \n');
});

test('--group-add adds to what the user has', async (t) => {
  const groupsOf = async (...flags: string[]) => (await runCommand(flags, ['id', '-G'])).stdout;
  t.is(await groupsOf('-u', 'app', '--group-add', '99'), '1000 44 63 99\n');
  t.is(await groupsOf('--group-add', 'audio', '--group-add', '99'), '0 63 99\n');
  const { exitCode, stderr } = await runCommand(['--group-add', 'nope'], ['id']);
  t.is(exitCode, 125);
  t.is(stderr, 'failed to find the group "nope": no such entry in "/etc/group" of the root\n');
});

test('users of a real Debian', async (t) => {
  t.is(
    (await runInDebian(['-u', 'www-data'], 'id; echo $HOME')).stdout,
    'uid=33(www-data) gid=33(www-data) groups=33(www-data)\n/var/www\n',
  );
  t.is((await runInDebian(['-u', 'nobody:adm'], 'id -un; id -gn; whoami')).stdout, 'nobody\nadm\nnobody\n');
});

test('--hostname is seen by every means', async (t) => {
  const { stdout } = await runScript(
    ['--hostname', 'web.example.org'],
    'hostname; echo $HOSTNAME; cat /etc/hostname; grep web /etc/hosts; uname -n',
  );
  t.is(
    stdout,
    'web.example.org\nweb.example.org\nweb.example.org\n127.0.1.1\tweb.example.org\nweb.example.org\n',
  );
});

test('without --hostname it is the short id', async (t) => {
  t.regex((await runCommand([], ['hostname'])).stdout, /^[0-9a-f]{12}\n$/);
});

test('--entrypoint stands before the command', async (t) => {
  t.is((await runCommand(['--entrypoint', 'echo'], ['a', 'b'])).stdout, 'a b\n');
  t.is((await runCommand(['--entrypoint', ''], ['echo', 'a'])).stdout, 'a\n');
  t.is((await mini(['run', '--rm', '--entrypoint', 'pwd', '--rootfs', busyboxRoot()])).stdout, '/\n');
});

test('words after the command are its own, also those that look like flags', async (t) => {
  t.is((await runCommand([], ['echo', '-e', 'A', '--rm', '--', '-it'])).stdout, 'A --rm -- -it\n');
  t.is(
    (await runCommand([], ['printf', '[%s]', '', ' ', 'a b', '$HOME', '*'])).stdout,
    '[][ ][a b][$HOME][*]',
  );
});

test('very many words reach the command', async (t) => {
  const words = Array.from({ length: 5000 }, (_, index) => `word-${index}`);
  const { stdout } = await runCommand([], ['sh', '-c', 'echo $#; shift 4999; echo $1', 'sh', ...words]);
  t.is(stdout, '5000\nword-4999\n');
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['-u', 'nope'], 'true');
  await runScript(['-w', '/etc/passwd'], 'true');
  await runScript(['--group-add', 'nope'], 'true');
  t.deepEqual(await differenceSince(before), NOTHING);
});
