import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyDebianRoot, debianRoot } from '@mini/tools';
import test from 'ava';
import { execa } from 'execa';
import { mini, startMini } from '../support/mini.js';
import { freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { startRunning } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const run = (root: string, script: string, ...flags: string[]) =>
  mini(['run', '--rm', ...flags, '--rootfs', root, 'sh', '-c', script]);

/** Path, type, mode, owner, size, time of change and link target of everything in a directory. */
async function describeTree(directory: string): Promise<string> {
  const format = '%P %y %m %U %G %s %T@ %l\\n';
  const { stdout } = await execa('find', [directory, '-printf', format]);
  return stdout.split('\n').sort().join('\n');
}

test('--rootfs DIR is the directory itself', async (t) => {
  const root = freshBusyboxRoot();
  const { stdout } = await run(
    root,
    'echo new > /made; rm /etc/os-release; mkdir -p /var/deep/er; ls /bin/sh',
  );
  t.is(stdout, '/bin/sh\n');
  t.is(readFileSync(join(root, 'made'), 'utf8'), 'new\n');
  t.false(existsSync(join(root, 'etc/os-release')));
  t.true(existsSync(join(root, 'var/deep/er')));
  t.is((await run(root, 'cat /made')).stdout, 'new\n');
});

test('a container leaves nothing of its own in the directory', async (t) => {
  const root = freshBusyboxRoot();
  const before = await describeTree(root);
  await run(root, 'true', '-h', 'other', '--init');
  t.is(await describeTree(root), before);
});

test('--rootfs takes a relative path and one with a link in it', async (t) => {
  const root = freshBusyboxRoot();
  const parent = freshDirectory();
  await execa('ln', ['-s', root, join(parent, 'link')]);
  const words = (path: string) => ['run', '--rm', '--rootfs', path, 'cat', '/etc/hostname'];
  t.regex((await mini(words('link'), { cwd: parent })).stdout, /^[0-9a-f]{12}\n$/);
  t.regex((await mini(words('.'), { cwd: root })).stdout, /^[0-9a-f]{12}\n$/);
});

test('DIR:O throws away what is written', async (t) => {
  const root = freshBusyboxRoot();
  const before = await describeTree(root);
  const { stdout, exitCode } = await run(
    `${root}:O`,
    'echo new > /made; rm -r /etc/os-release /home; echo x >> /etc/passwd; chmod 700 /var; cat /made; ls /home',
  );
  t.is(stdout, 'new\n');
  t.is(exitCode, 1);
  t.is(await describeTree(root), before);
  t.is((await run(`${root}:O`, 'ls -d /made /home')).stdout, '/home\n');
});

test('what was changed in a throw-away layer is not there the next time', async (t) => {
  const root = `${freshBusyboxRoot()}:O`;
  await run(root, 'touch /var/mark');
  t.is((await run(root, 'ls /var')).stdout, 'log\nrun\ntmp\n');
});

test('two containers over one directory do not see each other', async (t) => {
  const root = `${freshBusyboxRoot()}:O`;
  const start = (name: string) =>
    startRunning([
      'run',
      '--rm',
      '-i',
      '--rootfs',
      root,
      'sh',
      '-c',
      `touch /${name}; echo ready; read _; ls -d /one /two 2> /dev/null`,
    ]);
  const [one, two] = await Promise.all([start('one'), start('two')]);
  t.is((await one.finish()).stdout, 'ready\n/one\n');
  t.is((await two.finish()).stdout, 'ready\n/two\n');
});

test('a throw-away layer shows the host no mount and leaves no directory', async (t) => {
  const root = `${freshBusyboxRoot()}:O`;
  const before = takeSnapshot();
  const running = await startRunning([
    'run',
    '--rm',
    '-i',
    '--rootfs',
    root,
    'sh',
    '-c',
    'touch /x; echo ready; read _',
  ]);
  t.deepEqual(takeSnapshot().mounts, before.mounts);
  await running.finish();
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('the root of a throw-away layer has mode and owner of the directory', async (t) => {
  const root = freshBusyboxRoot();
  await execa('chown', ['7:8', root]);
  await execa('chmod', ['751', root]);
  t.is((await run(`${root}:O`, 'stat -c "%a %u %g" /')).stdout, '751 7 8\n');
});

test('a directory whose name has what overlayfs takes for its own signs', async (t) => {
  const parent = freshDirectory();
  const root = join(parent, 'a, b\\c "d" ü=1');
  mkdirSync(root);
  await execa('cp', ['-a', `${freshBusyboxRoot()}/.`, root]);
  t.is((await run(`${root}:O`, 'echo one; touch /x')).stdout, 'one\n');
  t.is((await run(root, 'echo two')).stdout, 'two\n');
  t.false(existsSync(join(root, 'x')));
});

test('a file system that is mounted in the directory is there', async (t) => {
  const root = freshBusyboxRoot();
  const wrapper = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    `mount -t tmpfs below ${root}/mnt && touch ${root}/mnt/mark && exec "$@"`,
    'sh',
  ];
  const { stdout } = await startMini(['run', '--rm', '--rootfs', root, 'ls', '/mnt'], {}, wrapper);
  t.is(stdout, 'mark\n');
});

test('a root without the usual directories gets what the mounts need', async (t) => {
  const root = freshDirectory();
  writeFileSync(join(root, 'busybox'), readFileSync('/bin/busybox'), { mode: 0o755 });
  const { stdout, stderr } = await mini(['run', '--rm', '--rootfs', `${root}:O`, '/busybox', 'ls', '/']);
  t.is(stderr, '');
  t.is(stdout, 'busybox\ndev\nproc\nsys\n');
  t.deepEqual(readdirSync(root), ['busybox']);
});

test('a real Debian, changed in place', async (t) => {
  const root = join(freshDirectory(), 'debian');
  await copyDebianRoot(root);
  const { stdout, stderr, exitCode } = await mini([
    ...['run', '--rm', '--rootfs', root, 'bash', '-ec'],
    'useradd -m worker; su worker -c "touch ~/mark"; cat /etc/debian_version | cut -d. -f1; ps -e --no-headers | wc -l',
  ]);
  t.is(stderr, '');
  t.is(exitCode, 0);
  t.regex(stdout, /^12\n\d\n$/);
  t.is(statSync(join(root, 'home/worker/mark')).uid, 1000);
});

test('a real Debian, thrown away', async (t) => {
  const root = await debianRoot();
  const before = await execa('md5sum', [join(root, 'etc/passwd'), join(root, 'bin/bash')]);
  const { exitCode } = await mini([
    'run',
    '--rm',
    '--rootfs',
    `${root}:O`,
    'bash',
    '-c',
    'rm -rf /usr/bin /etc/passwd; ! ls',
  ]);
  t.is(exitCode, 0);
  t.is((await execa('md5sum', [join(root, 'etc/passwd'), join(root, 'bin/bash')])).stdout, before.stdout);
});

test('nothing is left behind', async (t) => {
  const root = freshBusyboxRoot();
  await run(root, 'true');
  const before = takeSnapshot();
  await run(`${root}:O`, 'dd if=/dev/zero of=/big bs=1M count=8 2> /dev/null');
  await run(root, 'exit 3');
  t.deepEqual(await differenceSince(before), NOTHING);
});
