import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { runCommand, runInDebian, runScript } from '../support/run-in.js';
import { hold } from '../support/running.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

test('--ulimit sets both limits, or one each', async (t) => {
  const script = 'grep -E "open files|core file|processes" /proc/self/limits | tr -s " "';
  const { stdout } = await runScript(
    ['--ulimit', 'nofile=512:1024', '--ulimit', 'core=0', '--ulimit', 'nproc=100:200'],
    script,
  );
  t.is(
    stdout,
    'Max core file size 0 0 bytes \nMax processes 100 200 processes \nMax open files 512 1024 files \n',
  );
});

test('of two --ulimit for one limit the later one counts', async (t) => {
  const { stdout } = await runScript(['--ulimit', 'nofile=512', '--ulimit', 'nofile=256'], 'ulimit -n');
  t.is(stdout, '256\n');
});

test('--ulimit is enforced', async (t) => {
  const { stderr } = await runScript(['--ulimit', 'fsize=1000'], 'head -c 5000 /dev/zero > /tmp/big; true');
  t.true(statSync(join(busyboxRoot(), 'tmp/big')).size <= 1000, stderr);
});

const sysctlOf = async (flags: readonly string[], path: string) =>
  (await runScript(flags, `cat /proc/sys/${path}`)).stdout.trim();

for (const [name, value] of [
  ['net.ipv4.ip_forward', '1'],
  ['net.ipv4.ip_unprivileged_port_start', '80'],
  ['net.core.somaxconn', '77'],
  ['kernel.shmmax', '1048576'],
  ['kernel.msgmax', '4096'],
  ['fs.mqueue.msg_max', '20'],
] as const) {
  test(`--sysctl ${name} is set inside and nowhere else`, async (t) => {
    const path = name.replaceAll('.', '/');
    const before = existsSync(`/proc/sys/${path}`) ? readFileSync(`/proc/sys/${path}`, 'utf8') : '';
    t.is(await sysctlOf(['--sysctl', `${name}=${value}`], path), value);
    if (before !== '') t.is(readFileSync(`/proc/sys/${path}`, 'utf8'), before);
  });
}

test('--sysctl of several values', async (t) => {
  t.is(
    (await sysctlOf(['--sysctl', 'net.ipv4.ping_group_range=0 1000'], 'net/ipv4/ping_group_range')).replace(
      /\s+/,
      ' ',
    ),
    '0 1000',
  );
});

test('--sysctl of the whole machine is refused', async (t) => {
  const { exitCode, stderr } = await runScript(
    ['--sysctl', 'kernel.panic=1', '--sysctl', 'vm.swappiness=1'],
    'true',
  );
  t.is(exitCode, 125);
  t.is(
    stderr,
    'failed to set --sysctl "kernel.panic": it belongs to the whole machine, not to a namespace\n' +
      'failed to set --sysctl "vm.swappiness": it belongs to the whole machine, not to a namespace\n',
  );
});

const skippedFuse = existsSync('/dev/fuse') ? undefined : 'the machine has no /dev/fuse';

testUnless(skippedFuse, 'options.fuse', '--device gives a node that works', async (t) => {
  const { stdout } = await runScript(
    ['--device', '/dev/fuse'],
    'stat -c "%F %t:%T" /dev/fuse; exec 3<> /dev/fuse && echo opened',
  );
  t.is(stdout, 'character special file a:e5\nopened\n');
});

testUnless(skippedFuse, 'options.fuse', '--device under another name, for reading alone', async (t) => {
  const { stdout } = await runScript(
    ['--device', '/dev/fuse:/dev/sub/other:r'],
    'stat -c "%t:%T" /dev/sub/other; ls /dev/fuse',
  );
  t.is(stdout, 'a:e5\n');
});

test('a device that was not asked for is not there', async (t) => {
  t.is((await runScript([], 'ls /dev/fuse /dev/kmsg /dev/mem 2> /dev/null | wc -l')).stdout, '0\n');
});

test('--device of something else is an error of mini', async (t) => {
  t.is(
    (await runScript(['--device', '/etc/passwd'], 'true')).stderr,
    'failed to open the device "/etc/passwd": it is not a device\n',
  );
  t.is(
    (await runScript(['--device', '/dev/nope'], 'true')).stderr,
    'failed to open the device "/dev/nope": ENOENT no such file or directory\n',
  );
});

test('--cidfile gets the full id while it runs and after', async (t) => {
  const file = join(freshDirectory(), 'cid');
  const running = await hold(['--cidfile', file], 'cat /etc/hostname');
  const id = readFileSync(file, 'utf8');
  t.regex(id, /^[0-9a-f]{64}$/);
  t.is(running.stdout(), `${id.slice(0, 12)}\nready\n`);
  await running.finish();
  t.is(readFileSync(file, 'utf8'), id);
});

test('--cidfile that exists is an error of mini, and stays as it is', async (t) => {
  const file = join(freshDirectory(), 'cid');
  writeFileSync(file, 'precious');
  const { exitCode, stderr, stdout } = await runScript(['--cidfile', file], 'echo x');
  t.is(exitCode, 125);
  t.is(stdout, '');
  t.is(stderr, `failed to write the id to "${file}" (--cidfile): EEXIST file already exists\n`);
  t.is(readFileSync(file, 'utf8'), 'precious');
});

test('--cidfile is taken away when nothing was started', async (t) => {
  const file = join(freshDirectory(), 'cid');
  t.is((await runCommand(['--cidfile', file], ['nope'])).exitCode, 127);
  t.false(existsSync(file));
});

test('--name can be had once at a time', async (t) => {
  const running = await hold(['--name', 'only-one']);
  const second = await runScript(['--name', 'only-one'], 'true');
  t.is(second.exitCode, 125);
  t.regex(second.stderr, /^failed to .*"only-one".*\n/);
  await running.finish();
  t.is((await runScript(['--name', 'only-one'], 'true')).exitCode, 0);
});

test('20 at once with one name: one of them runs', async (t) => {
  const shared = freshDirectory();
  const flags = ['--name', `e2e-${process.pid}-contended`, '-v', `${shared}:/mnt`];
  const script = 'echo x >> /mnt/mark; while [ ! -e /mnt/go ]; do sleep 0.05; done';
  const ended: number[] = [];
  const runs = Array.from({ length: 20 }, async () => {
    ended.push((await runScript(flags, script)).exitCode);
    // The winner stays until all others have lost.
    if (ended.length === 19) writeFileSync(join(shared, 'go'), '');
  });
  await Promise.all(runs);
  t.deepEqual(ended, [...Array.from({ length: 19 }, () => 125), 0]);
  t.is(readFileSync(join(shared, 'mark'), 'utf8'), 'x\n');
});

test('--rm leaves nothing, and the name can be had again', async (t) => {
  const before = takeSnapshot();
  await runScript(['--name', 'short-lived'], 'exit 3');
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('flags that say something about the container are taken', async (t) => {
  const flags = [
    '--stop-signal',
    'INT',
    '-l',
    'a=b',
    '--label',
    'c',
    '--annotation',
    'x=y',
    '-q',
    '--stop-signal',
    '9',
  ];
  const { stdout, stderr, exitCode } = await runScript(flags, 'echo fine');
  t.deepEqual({ stdout, stderr, exitCode }, { stdout: 'fine\n', stderr: '', exitCode: 0 });
});

test('--log-format json: one object a line for what mini says', async (t) => {
  const { stderr, stdout } = await mini([
    'run',
    '--log-format',
    'json',
    '--rm',
    '--rootfs',
    busyboxRoot(),
    'nope',
  ]);
  t.is(stdout, '');
  const { time, ...rest } = JSON.parse(stderr) as Record<string, string>;
  t.false(Number.isNaN(Date.parse(time!)));
  t.deepEqual(rest, {
    level: 'error',
    code: 'command-not-found',
    msg: 'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory',
  });
});

test('--log-format json for a warning', async (t) => {
  const { stderr } = await runCommand(
    ['--log-format=json', '--name', 'json-hog', '-m', '16m'],
    ['tail', '-c', '200m', '/dev/zero'],
  );
  const { level, msg } = JSON.parse(stderr) as Record<string, string>;
  t.deepEqual(
    { level, msg },
    { level: 'warn', msg: 'the memory limit of "json-hog" was reached: the kernel killed a process of it' },
  );
});

test('--log-level error keeps warnings back', async (t) => {
  const { stderr, exitCode } = await runCommand(
    ['--log-level', 'error', '-m', '16m'],
    ['tail', '-c', '200m', '/dev/zero'],
  );
  t.deepEqual({ stderr, exitCode }, { stderr: '', exitCode: 137 });
});

test('what the command writes to stderr is its own, whatever --log-format says', async (t) => {
  t.is((await runScript(['--log-format', 'json'], 'echo plain >&2')).stderr, 'plain\n');
});

test('sysctls and limits in a real Debian', async (t) => {
  const { stdout } = await runInDebian(
    ['--ulimit', 'nofile=99', '--sysctl', 'net.core.somaxconn=55'],
    'ulimit -n; sysctl -n net.core.somaxconn',
  );
  t.is(stdout, '99\n55\n');
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['--sysctl', 'net.nope.nope=1'], 'true');
  await runScript(['--device', '/etc/passwd'], 'true');
  await runScript(['--cidfile', '/nope/nope'], 'true');
  await runScript(['--ulimit', 'nofile=99', '--name', 'clean'], 'true');
  t.deepEqual(await differenceSince(before), NOTHING);
});
