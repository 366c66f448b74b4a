import { existsSync, readFileSync, statSync } from 'node:fs';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { runInDebian, runScript } from '../support/run-in.js';
import { hold } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const layout = detectCgroupLayout();
/** The v2 tree of a hybrid machine is systemd's, and not shown. */
const shown = layout.hierarchies.filter(({ version }) => layout.mode === 'v2' || version === 1);

test('/dev has the usual nodes', async (t) => {
  const { stdout } = await runScript([], 'stat -c "%n %F %a %t:%T %u:%g" /dev/*');
  const node = (name: string, number: string) => `/dev/${name} character special file 666 ${number} 0:0\n`;
  const link = (name: string) => `/dev/${name} symbolic link 777 0:0 0:0\n`;
  const directory = (name: string, mode: string) => `/dev/${name} directory ${mode} 0:0 0:0\n`;
  t.is(
    stdout,
    [
      link('core'),
      link('fd'),
      node('full', '1:7'),
      directory('mqueue', '1777'),
      node('null', '1:3'),
      link('ptmx'),
      directory('pts', '755'),
      node('random', '1:8'),
      directory('shm', '1777'),
      link('stderr'),
      link('stdin'),
      link('stdout'),
      node('tty', '5:0'),
      node('urandom', '1:9'),
      node('zero', '1:5'),
    ].join(''),
  );
});

test('/dev has the usual links', async (t) => {
  const script = 'cd /dev; for l in core fd ptmx stderr stdin stdout; do echo "$l $(readlink $l)"; done';
  const { stdout } = await runScript([], script);
  t.is(
    stdout,
    'core /proc/kcore\nfd /proc/self/fd\nptmx pts/ptmx\nstderr /proc/self/fd/2\nstdin /proc/self/fd/0\nstdout /proc/self/fd/1\n',
  );
});

test('the devices work', async (t) => {
  const { stdout } = await runScript(
    [],
    `head -c 4 /dev/zero | od -An -tx1; echo gone > /dev/null; cat /dev/null
     head -c 64 /dev/urandom | wc -c; echo x > /dev/full || echo full; echo out > /dev/stdout`,
  );
  t.is(stdout, ' 00 00 00 00\n64\nfull\nout\n');
});

test('/dev/pts is an instance of its own', async (t) => {
  const { stdout } = await runScript(
    [],
    'ls /dev/pts; stat -c %a /dev/pts/ptmx; grep " /dev/pts " /proc/mounts',
  );
  t.is(
    stdout,
    'ptmx\n666\ndevpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666 0 0\n',
  );
});

test('a terminal that a container opens has the first number', async (t) => {
  const { stdout, stderr } = await runInDebian([], 'script -qec "tty; stty size" /dev/null < /dev/null');
  t.is(stderr, '');
  t.regex(stdout, /^\/dev\/pts\/0\r?\n/);
});

test('/dev/shm has 64 MiB, or what --shm-size says', async (t) => {
  const sizeOf = async (...flags: string[]) =>
    (
      await runScript(flags, 'stat -f -c "%b %S" /dev/shm; grep " /dev/shm " /proc/mounts | sed s/,inode64//')
    ).stdout.split('\n');
  const bytes = (line = '') => line.split(' ').reduce((product, word) => product * Number(word), 1);
  const [usual, mount] = await sizeOf();
  t.is(bytes(usual), 64 * 1024 ** 2);
  t.is(mount, 'shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0');
  t.is(bytes((await sizeOf('--shm-size', '8m'))[0]), 8 * 1024 ** 2);
});

test('/dev/shm takes no more than that', async (t) => {
  const { stdout } = await runScript(
    ['--shm-size', '1m'],
    'dd if=/dev/zero of=/dev/shm/file bs=64k count=64 2> /dev/null; wc -c < /dev/shm/file',
  );
  t.is(stdout, `${1024 ** 2}\n`);
});

test('message queues are of the container alone', async (t) => {
  const { stdout } = await runScript([], 'ls -A /dev/mqueue; grep " /dev/mqueue " /proc/mounts');
  t.is(stdout, 'mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime 0 0\n');
});

test('--ipc host shows the shared memory of the machine', async (t) => {
  const { stdout } = await runScript(['--ipc', 'host'], 'stat -c "%d %i" /dev/shm');
  const { dev, ino } = statSync('/dev/shm');
  t.is(stdout, `${dev} ${ino}\n`);
});

test('/sys is read-only', async (t) => {
  const { stdout, stderr } = await runScript(
    [],
    'grep " /sys " /proc/mounts; echo 1 > /sys/kernel/uevent_seqnum',
  );
  t.is(stdout, 'sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0\n');
  t.regex(stderr, /Read-only file system/);
});

const MASKED_FILES = [
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/timer_list',
  '/proc/timer_stats',
];
const MASKED_DIRECTORIES = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/scsi',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
];

test('masked files are empty', async (t) => {
  const files = MASKED_FILES.filter((path) => existsSync(path));
  t.true(files.length > 0);
  const { stdout } = await runScript([], files.map((path) => `cat ${path} | wc -c`).join('; '));
  t.is(stdout, '0\n'.repeat(files.length));
});

test('masked directories are empty and take nothing', async (t) => {
  const directories = MASKED_DIRECTORIES.filter((path) => existsSync(path));
  t.true(directories.length > 0);
  const { stdout } = await runScript(
    [],
    directories
      .map((path) => `ls -A ${path} | wc -l; touch ${path}/x 2> /dev/null || echo refused`)
      .join('; '),
  );
  t.is(stdout, '0\nrefused\n'.repeat(directories.length));
});

test('the thermal counters of the processors are empty', async (t) => {
  const { stdout } = await runScript(
    [],
    'cat /sys/devices/system/cpu/cpu*/thermal_throttle/* 2> /dev/null | wc -c',
  );
  t.is(stdout, '0\n');
});

test('paths of /proc that would change the machine refuse writes', async (t) => {
  const { stdout, stderr } = await runScript(
    ['--cap-add', 'ALL'],
    `for p in bus fs irq sys; do grep -q " /proc/$p proc ro," /proc/mounts && echo "$p"; done
     echo 1 > /proc/sys/vm/drop_caches
     echo h > /proc/sysrq-trigger`,
  );
  t.is(stdout, 'bus\nfs\nirq\nsys\n');
  t.regex(stderr, /drop_caches: Read-only file system/);
  if (existsSync('/proc/sysrq-trigger')) t.regex(stderr, /sysrq-trigger: Read-only file system/);
});

test('each tree of control groups shows the own group as its root, read-only', async (t) => {
  const { stdout } = await runScript(
    ['--cap-add', 'ALL'],
    `cat /proc/1/cgroup | cut -d: -f3 | sort -u
     grep -c cgroup /proc/mounts; grep cgroup /proc/mounts | grep -vc " ro,"
     for f in $(find /sys/fs/cgroup -name cgroup.procs); do
       tr "\\n" " " < $f | grep -q "^1 " || echo "1 is not in $f"
       echo 1 2> /dev/null > $f && echo "$f is writable"
     done; mkdir /sys/fs/cgroup/x 2> /dev/null || echo refused`,
  );
  const mounts = layout.mode === 'v2' ? 1 : shown.length + 1;
  t.is(stdout, `/\n${mounts}\n0\nrefused\n`);
});

test('the controllers are where the machine has them', async (t) => {
  const { stdout } = await runScript([], 'ls /sys/fs/cgroup');
  const names = stdout.trim().split('\n');
  if (layout.mode === 'v2') t.true(names.includes('cgroup.controllers'));
  else {
    for (const hierarchy of layout.hierarchies) {
      t.is(names.includes(hierarchy.mountPoint.split('/').at(-1)!), shown.includes(hierarchy));
    }
  }
});

test('a program finds its own limit there', async (t) => {
  const file = layout.mode === 'v2' ? 'pids.max' : 'pids/pids.max';
  const { stdout } = await runScript(['--pids-limit', '77'], `cat /sys/fs/cgroup/${file}`);
  t.is(stdout, '77\n');
});

test('mounts of the container lie over nothing of the machine', async (t) => {
  const running = await hold(['--tmpfs', '/mnt']);
  const mounts = readFileSync(`/proc/${running.pid}/mountinfo`, 'utf8').trim().split('\n');
  await running.finish();
  t.is(mounts[0]?.split(' ')[4], '/');
  t.deepEqual(
    mounts.filter((line) => / (shared|master):/.test(line)),
    [],
  );
});

test('the same in a real Debian', async (t) => {
  const { stdout, stderr } = await runInDebian(
    [],
    'findmnt -rno TARGET,FSTYPE,OPTIONS /proc /dev /sys /dev/shm; ls /dev | tr "\\n" " "; cat /proc/timer_list | wc -c',
  );
  t.is(stderr, '');
  t.regex(stdout, /core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero 0\n$/);
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['--shm-size', '1m'], 'touch /dev/shm/x /dev/x /tmp/x');
  t.deepEqual(await differenceSince(before), NOTHING);
});
