import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { runCommand, runScript } from '../support/run-in.js';
import { hold, startRunning } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

const NAMESPACES = ['mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup'] as const;

const readHostMounts = () => readFileSync('/proc/1/mountinfo', 'utf8');
const inodeOf = (name: string) => readlinkSync(`/proc/self/ns/${name}`);

/** The namespaces of the command, by name. */
async function readInodes(flags: readonly string[]): Promise<Record<string, string>> {
  const script = `for n in ${NAMESPACES.join(' ')}; do echo "$n $(readlink /proc/self/ns/$n)"; done`;
  const { stdout } = await runScript(flags, script);
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')),
  );
}

test('each of the six namespaces is a new one', async (t) => {
  const inside = await readInodes([]);
  for (const name of NAMESPACES) {
    t.regex(inside[name]!, new RegExp(`^${name}:\\[\\d+\\]$`));
    t.not(inside[name], inodeOf(name));
  }
});

test('two containers share none of them', async (t) => {
  const [first, second] = await Promise.all([hold([]), hold([])]);
  for (const name of NAMESPACES) {
    const inodes = [first, second].map(({ pid }) => readlinkSync(`/proc/${pid}/ns/${name}`));
    t.not(inodes[0], inodes[1]);
  }
  await Promise.all([first.finish(), second.finish()]);
});

for (const [flag, name] of [
  ['--pid', 'pid'],
  ['--ipc', 'ipc'],
  ['--uts', 'uts'],
  ['--cgroupns', 'cgroup'],
  ['--network', 'net'],
] as const) {
  test(`${flag} host shares the ${name} namespace and no other`, async (t) => {
    const inside = await readInodes([flag, 'host']);
    for (const each of NAMESPACES) t.is(inside[each] === inodeOf(each), each === name, each);
  });
}

test('--pid host sees the processes of the machine', async (t) => {
  const { stdout } = await runScript(['--pid', 'host'], `test -d /proc/${process.pid} && echo yes; echo $$`);
  t.regex(stdout, /^yes\n\d+\n$/);
  t.not(stdout, 'yes\n1\n');
});

test('--uts host shows the host name of the machine', async (t) => {
  const { stdout } = await runScript(['--uts', 'host'], 'hostname; echo $HOSTNAME');
  t.is(stdout, `${hostname()}\n${hostname()}\n`);
});

test('a host name that is changed inside stays inside', async (t) => {
  const before = hostname();
  const { stdout } = await runScript(['--cap-add', 'SYS_ADMIN'], 'hostname changed; hostname');
  t.is(stdout, 'changed\n');
  t.is(hostname(), before);
});

test('the host name cannot be changed without the capability', async (t) => {
  const { stdout, stderr } = await runScript(
    ['-h', 'web'],
    'hostname changed; hostname; cat /proc/sys/kernel/hostname',
  );
  t.is(stdout, 'web\nweb\n');
  t.is(stderr, 'hostname: sethostname: Operation not permitted\n');
});

test('there is a loopback interface, which is up, and no other', async (t) => {
  const { stdout } = await runScript(
    [],
    'ls /sys/class/net; cat /sys/class/net/lo/flags; ping -c 1 -W 5 127.0.0.1 > /dev/null && echo reached',
  );
  // IFF_UP | IFF_LOOPBACK of netdevice(7).
  t.is(stdout, 'lo\n0x9\nreached\n');
});

test('--network host sees the interfaces of the machine', async (t) => {
  const { stdout } = await runScript(['--network', 'host'], 'cat /proc/net/dev');
  const names = (text: string) => [...text.matchAll(/^\s*([^\s:]+):/gm)].map(([, name]) => name);
  t.deepEqual(names(stdout), names(readFileSync('/proc/net/dev', 'utf8')));
});

test('a unix socket of the machine with an abstract name cannot be reached', async (t) => {
  const server = createServer().listen('\0mini-e2e-abstract');
  const { stdout } = await runScript([], 'grep -c mini-e2e-abstract /proc/net/unix');
  server.close();
  t.is(stdout, '0\n');
});

test('System V shared memory of the machine is not there', async (t) => {
  const { stdout } = await runScript(
    [],
    'tail -n +2 /proc/sysvipc/shm | wc -l; tail -n +2 /proc/sysvipc/msg | wc -l',
  );
  t.is(stdout, '0\n0\n');
});

test('/proc is a new one: it shows the processes of the container alone', async (t) => {
  const { stdout } = await runScript([], 'ps -o pid,comm; true');
  t.is(stdout, 'PID   COMMAND\n    1 sh\n    2 ps\n');
});

test('mounts of the machine are unchanged while containers run', async (t) => {
  const before = readHostMounts();
  const own = readFileSync('/proc/self/mountinfo', 'utf8');
  const roots = [['--rootfs', busyboxRoot()], ['--rootfs', `${busyboxRoot()}:O`], ['host']];
  for (const root of roots) {
    const flags = ['run', '--rm', '-i', '-v', '/etc:/mnt', '--tmpfs', '/opt', ...root];
    const running = await startRunning([...flags, 'sh', '-c', 'echo ready; read _']);
    t.is(readHostMounts(), before);
    t.is(readFileSync('/proc/self/mountinfo', 'utf8'), own);
    t.is((await running.finish()).exitCode, 0);
  }
  t.is(readHostMounts(), before);
});

/** A mount namespace of its own in which everything is shared, as on a machine that systemd started. */
const SHARED = ['unshare', '--mount', 'sh', '-c', 'mount --make-rshared / && exec "$@"', 'sh'];

test('a mount that is made inside is not there outside', async (t) => {
  const source = join(freshBusyboxRoot(), 'mnt');
  const script = 'mount -t tmpfs none /srv && touch /srv/inside && ls /srv; echo ready; read _';
  const flags = ['-i', '--cap-add', 'SYS_ADMIN', '-v', `${source}:/srv`, '--rootfs', busyboxRoot()];
  const running = await startRunning(['run', '--rm', ...flags, 'sh', '-c', script], {}, SHARED);
  t.is(running.stdout(), 'inside\nready\n');
  const mounts = readFileSync(`/proc/${running.cliPid}/mountinfo`, 'utf8');
  t.regex(mounts, / shared:/);
  t.false(mounts.includes(source));
  t.deepEqual(readdirSync(source), []);
  await running.finish();
});

test('a mount that is made outside does not come in', async (t) => {
  const source = join(freshBusyboxRoot(), 'mnt');
  const script = 'echo ready; read _; ls /srv; echo seen; read _';
  const flags = ['-i', '-v', `${source}:/srv`, '--rootfs', busyboxRoot()];
  const running = await startRunning(['run', '--rm', ...flags, 'sh', '-c', script], {}, SHARED);
  const outside = `mount -t tmpfs none ${source} && touch ${source}/outside && ls ${source}`;
  const { stdout } = await execa('nsenter', ['-t', `${running.cliPid}`, '-m', 'sh', '-c', outside]);
  t.is(stdout, 'outside');
  running.cli.stdin?.write('\n');
  await waitFor('the answer', () => running.stdout().endsWith('seen\n'));
  t.is((await running.finish()).stdout, 'ready\nseen\n');
});

test('the command has its namespaces from its first instruction on', async (t) => {
  const { stdout } = await runCommand([], ['stat', '-c', '%N', '/proc/1/ns/mnt']);
  t.regex(stdout, /'mnt:\[\d+\]'\n$/);
  t.false(stdout.includes(inodeOf('mnt')));
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['--pid', 'host', '--ipc', 'host', '--uts', 'host', '--network', 'host'], 'true');
  await (await hold([])).finish();
  t.deepEqual(await differenceSince(before), NOTHING);
});
