import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout } from '@mini/cgroup-manager';
import test from 'ava';
import { execa } from 'execa';
import { MINI, mini } from '../support/mini.js';
import { readStatus } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { runScript } from '../support/run-in.js';
import { makeDecoy } from './support/decoy.js';

/** Counts control files that can be opened for writing, without writing. */
const WRITABLE =
  'for f in $(find /sys/fs/cgroup -type f 2>/dev/null); do (: >> $f) 2>/dev/null && echo $f; done | wc -l';

test('no control group can be written in a container, not from a new user namespace either', async (t) => {
  t.is((await runScript([], WRITABLE)).stdout, '0\n');
  const fresh = ['--security-opt', 'seccomp=unconfined', '--cap-add', 'SYS_ADMIN'];
  const inside = `unshare -Urm sh -c ${JSON.stringify(WRITABLE.replaceAll('$', '\\$'))} || echo denied`;
  t.regex((await runScript(fresh, inside)).stdout, /^(0|denied)\n$/);
});

test('the search finds what can be written in a privileged container: the attack is real', async (t) => {
  const { stdout } = await runScript(['--privileged'], WRITABLE);
  t.true(Number(stdout) > 0, stdout);
});

test('the release agent of version 1 cannot be had by mounting a hierarchy', async (t) => {
  const script = 'mount -t cgroup -o memory cgroup /mnt 2>/dev/null && echo mounted; true';
  t.is((await runScript([], script)).stdout, '');
  // Where there is a hierarchy of version 1 to be had, who is not kept from mounting it has it: the attack is real.
  if (detectCgroupLayout().mode === 'v2') return;
  t.is((await runScript(['--privileged'], script)).stdout, 'mounted\n');
});

test('what is masked reads as nothing, and what is read-only cannot be written', async (t) => {
  const script = [
    'cat /proc/kcore 2>/dev/null | wc -c',
    'cat /proc/keys 2>/dev/null | wc -c',
    'ls /proc/scsi /sys/firmware 2>/dev/null | grep -v : | wc -w',
    'for f in /proc/sysrq-trigger /proc/sys/kernel/core_pattern /proc/irq/default_smp_affinity; do (: > $f) 2>/dev/null && echo $f; done; true',
  ].join('; ');
  const { stdout } = await runScript([], script);
  t.is(stdout, '0\n0\n0\n');
  const open = await runScript(
    ['--privileged'],
    'test $(wc -c < /proc/keys) -gt 0 && echo read; (: >> /proc/sys/kernel/core_pattern) && echo open',
  );
  t.is(open.stdout, 'read\nopen\n');
});

test('kernel parameters with more than a name and a value are refused', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const bad = [
    'net.ipv4.ip_forward=1\nkernel.core_pattern=|/x',
    'net/../kernel/core_pattern=|/x',
    'net...kernel.core_pattern=x',
    'net.ipv4.a+b=1',
    'kernel.core_pattern=|/x',
  ];
  const core = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
  for (const sysctl of bad) {
    const { exitCode, stderr } = await mini([
      'run',
      '--rm',
      '--sysctl',
      sysctl,
      '--rootfs',
      busyboxRoot(),
      'true',
    ]);
    t.is(exitCode, 125, sysctl);
    t.regex(stderr, /--sysctl/);
  }
  t.is(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'), core);
  t.is(decoy.digest(), before);
});

/** Names of the abstract sockets that a process holds; those of the machine come and go with other programs. */
function abstractSockets(pid: number): string[] {
  const held = new Set(
    readdirSync(`/proc/${pid}/fd`).map(
      (fd) => /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`))?.[1],
    ),
  );
  return readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, inode, name] = /\s(\d+)\s(@\S+)$/.exec(line) ?? [];
      return held.has(inode) && name !== undefined ? [name] : [];
    });
}

/** The descriptor may be closed meanwhile. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

test('a supervisor has no abstract socket, and its files are its own', async (t) => {
  const name = `supervised-${process.pid}`;
  await mini(['run', '-d', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '1000']);
  try {
    const pid = Number((await mini(['inspect', '-f', '{{.State.Pid}}', name])).stdout);
    const supervisor = Number(readStatus(pid).PPid);
    t.is(readStatus(supervisor).Name, 'mini-monitor');
    t.deepEqual([pid, supervisor].map(abstractSockets), [[], []]);
    t.is(
      (await runScript(['--network', 'host'], 'grep -c mini /proc/net/unix | head -n 1; true')).exitCode,
      0,
    );
    for (const directory of ['/var/lib/mini', '/run/mini']) t.deepEqual(findOpen(directory), []);
  } finally {
    await mini(['rm', '-f', name]);
  }
});

/** What others may enter or read, of directories and sockets. */
function findOpen(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.name === 'root' || entry.name === 'upper' || entry.name === 'layers') return [];
    const isOpen = (entry.isDirectory() || entry.isSocket()) && (lstatSync(path).mode & 0o077) !== 0;
    return [...(isOpen ? [path] : []), ...(entry.isDirectory() && !isOpen ? findOpen(path) : [])];
  });
}

test('an abstract socket would be found: the check works', async (t) => {
  const script =
    'import socket; s = socket.socket(socket.AF_UNIX); s.bind("\\0mini-probe"); print("bound", flush=True); input()';
  const holder = spawn('python3', ['-c', script]);
  await once(holder.stdout, 'data');
  t.deepEqual(abstractSockets(holder.pid!), ['@mini-probe']);
  holder.kill();
});

/** Opens the controlling terminal, as who would type into it does. */
const TYPE = `python3 -c 'import fcntl, os
try:
  fd = os.open("/dev/tty", os.O_RDWR)
except OSError: print("no terminal")
else:
  print("terminal")'`;

test("a container without a terminal has none of its caller's, and one with has its own", async (t) => {
  // Below script(1) the shell has a controlling terminal: what a program of the caller could type into.
  const under = (command: string) => ['script', '-qec', command, '/dev/null'] as const;
  const [program, ...words] = under(TYPE);
  t.regex((await execa(program, words, { reject: false, stdin: 'ignore' })).stdout, /^terminal/);
  const inside = await runInTerminal(under, `run --rm host sh -c ${JSON.stringify(TYPE)}`);
  t.regex(inside, /no terminal/);
});

async function runInTerminal(
  under: (command: string) => readonly [string, ...string[]],
  words: string,
): Promise<string> {
  const [program, ...rest] = under(`${process.execPath} ${MINI} ${words}`);
  return (await execa(program, rest, { reject: false, stdin: 'ignore' })).stdout;
}
