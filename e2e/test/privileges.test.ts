import { readFileSync } from 'node:fs';
import { CAPABILITIES } from '@mini/contracts';
import test from 'ava';
import { startMini } from '../support/mini.js';
import { parseStatus } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { runCommand, runInDebian, runScript } from '../support/run-in.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const DEFAULT =
  'CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP';

/** The status of the command itself, before a shell could change it. */
async function readStatusInside(flags: readonly string[]): Promise<Record<string, string>> {
  return parseStatus((await runCommand(flags, ['cat', '/proc/self/status'])).stdout);
}

/** A set as `/proc/PID/status` writes it. */
function maskOf(names: readonly string[]): string {
  const bits = names.map((name) => 1n << BigInt(CAPABILITIES.indexOf(`CAP_${name}` as never)));
  return bits
    .reduce((mask, bit) => mask | bit, 0n)
    .toString(16)
    .padStart(16, '0');
}

/** All that this machine can give: it may lack some itself. */
const ALL_HERE = parseStatus(readFileSync('/proc/self/status', 'utf8')).CapBnd!;

interface Sets {
  readonly held: string;
  readonly bounding: string;
}

const CASES: readonly (readonly [title: string, flags: readonly string[], sets: Sets])[] = [
  ['the default set has 14', [], both(maskOf(DEFAULT.split(' ')))],
  ['--cap-add adds one', ['--cap-add', 'NET_ADMIN'], both(maskOf([...DEFAULT.split(' '), 'NET_ADMIN']))],
  [
    '--cap-add takes the name in any form',
    ['--cap-add', 'cap_net_admin'],
    both(maskOf([...DEFAULT.split(' '), 'NET_ADMIN'])),
  ],
  ['--cap-drop takes one away', ['--cap-drop', 'chown'], both(maskOf(DEFAULT.split(' ').slice(1)))],
  ['--cap-drop ALL takes all away', ['--cap-drop', 'ALL'], both(maskOf([]))],
  ['--cap-drop ALL --cap-add leaves one', ['--cap-drop', 'ALL', '--cap-add', 'KILL'], both(maskOf(['KILL']))],
  ['another user holds none', ['-u', '1000'], { held: maskOf([]), bounding: maskOf(DEFAULT.split(' ')) }],
];

function both(mask: string): Sets {
  return { held: mask, bounding: mask };
}

for (const [title, flags, { held, bounding }] of CASES) {
  test(`capabilities: ${title}`, async (t) => {
    const { CapInh, CapPrm, CapEff, CapBnd, CapAmb } = await readStatusInside(flags);
    t.deepEqual(
      { CapInh, CapPrm, CapEff, CapBnd, CapAmb },
      { CapInh: maskOf([]), CapPrm: held, CapEff: held, CapBnd: bounding, CapAmb: maskOf([]) },
    );
  });
}

test('capabilities: --cap-add ALL gives what there is', async (t) => {
  const { CapEff, CapBnd } = await readStatusInside(['--cap-add', 'ALL']);
  t.deepEqual({ CapEff, CapBnd }, { CapEff: ALL_HERE, CapBnd: ALL_HERE });
});

test('capabilities: --cap-add ALL --cap-drop leaves one out', async (t) => {
  const { CapEff } = await readStatusInside(['--cap-add', 'ALL', '--cap-drop', 'SYS_MODULE']);
  const without = BigInt(`0x${ALL_HERE}`) & ~BigInt(`0x${maskOf(['SYS_MODULE'])}`);
  t.is(CapEff, without.toString(16).padStart(16, '0'));
});

test('--init has the same capabilities as without', async (t) => {
  const { CapEff, CapBnd, CapInh, NoNewPrivs } = await readStatusInside(['--init']);
  const mask = maskOf(DEFAULT.split(' '));
  t.deepEqual(
    { CapEff, CapBnd, CapInh, NoNewPrivs },
    { CapEff: mask, CapBnd: mask, CapInh: maskOf([]), NoNewPrivs: '1' },
  );
});

test('what a capability is for works with it and fails without', async (t) => {
  const script = 'chown 5 /tmp && echo done';
  t.is((await runInDebian([], script)).stdout, 'done\n');
  const { stdout, stderr } = await runInDebian(['--cap-drop', 'CHOWN'], script);
  t.is(stdout, '');
  t.is(stderr, "chown: changing ownership of '/tmp': Operation not permitted\n");
});

test('mounts cannot be made without the capability', async (t) => {
  const { stderr, exitCode } = await runScript([], 'mount -t tmpfs none /mnt');
  t.not(exitCode, 0);
  t.regex(stderr, /permission denied/);
});

test('no new privileges can be had', async (t) => {
  t.is((await readStatusInside([])).NoNewPrivs, '1');
  t.is((await readStatusInside(['--security-opt', 'no-new-privileges'])).NoNewPrivs, '1');
});

test('a setuid program gives no other user, unless that is switched off', async (t) => {
  const script =
    'cp $(which id) /tmp/id && chmod u+s /tmp/id && exec setpriv --reuid 1000 --clear-groups /tmp/id -u';
  t.is((await runInDebian([], script)).stdout, '1000\n');
  t.is((await runInDebian(['--security-opt', 'no-new-privileges=false'], script)).stdout, '0\n');
});

test('no_new_privs is off with --security-opt no-new-privileges=false', async (t) => {
  t.is((await readStatusInside(['--security-opt', 'no-new-privileges=false'])).NoNewPrivs, '0');
});

/** A caller that has descriptors 3 to 20 open and leaks them. */
const LEAKING = ['bash', '-c', 'for n in {3..20}; do eval "exec $n</etc/passwd"; done; exec "$@"', 'bash'];

for (const flags of [[], ['-i'], ['--init']]) {
  test(`descriptors 0 to 2 are open and no more, whatever the caller has open: ${flags.join(' ')}`, async (t) => {
    const command = ['find', '/proc/self/fd', '/proc/1/fd', '-type', 'l'];
    const words = ['run', '--rm', ...flags, '--rootfs', busyboxRoot(), ...command];
    const { stdout } = await startMini(words, {}, LEAKING);
    const paths = String(stdout).trim().split('\n');
    // Those that `find` itself opens to list are above 2 and directories.
    const count = (pid: string) => paths.filter((path) => path.startsWith(`/proc/${pid}/fd/`)).length;
    t.true([3, 4].includes(count('self')), paths.join(' '));
    t.true([3, 4].includes(count('1')), paths.join(' '));
  });
}

/** A caller that ignores signals, as nohup and Node do, and that blocks some. */
const CARELESS = [
  'python3',
  '-c',
  `import os, signal, sys
for s in (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1):
    signal.signal(s, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR2, signal.SIGCHLD])
os.umask(0o077)
os.execvp(sys.argv[1], sys.argv[1:])`,
];

for (const flags of [[], ['--init']]) {
  test(`signals that the caller ignores or blocks are not so in the container: ${flags.join(' ')}`, async (t) => {
    const words = ['run', '--rm', ...flags, '--rootfs', busyboxRoot(), 'cat', '/proc/self/status'];
    const { SigIgn, SigBlk, SigCgt } = parseStatus(String((await startMini(words, {}, CARELESS)).stdout));
    const none = '0'.repeat(16);
    t.deepEqual({ SigIgn, SigBlk, SigCgt }, { SigIgn: none, SigBlk: none, SigCgt: none });
  });
}

test('the umask is 022, whatever the caller has', async (t) => {
  const words = [
    'run',
    '--rm',
    '--rootfs',
    busyboxRoot(),
    'sh',
    '-c',
    'umask; touch /tmp/f; stat -c %a /tmp/f; rm /tmp/f',
  ];
  t.is((await startMini(words, {}, CARELESS)).stdout, '0022\n644\n');
});

test('files that mini shows have their usual modes under a strict umask of the caller', async (t) => {
  const words = [
    'run',
    '--rm',
    '--rootfs',
    busyboxRoot(),
    'stat',
    '-c',
    '%n %a',
    '/etc/hosts',
    '/etc/hostname',
    '/dev',
    '/dev/pts',
    '/sys/fs/cgroup',
  ];
  const { stdout } = await startMini(words, {}, CARELESS);
  t.regex(
    String(stdout),
    /^\/etc\/hosts 644\n\/etc\/hostname 644\n\/dev 755\n\/dev\/pts 755\n\/sys\/fs\/cgroup (755|555)\n$/,
  );
});

test('the command is in a session of its own', async (t) => {
  const { NSsid, NSpgid } = await readStatusInside([]);
  t.deepEqual({ NSsid, NSpgid }, { NSsid: '1', NSpgid: '1' });
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  await runScript(['--cap-drop', 'ALL', '-u', '1000'], 'true');
  t.deepEqual(await differenceSince(before), NOTHING);
});
