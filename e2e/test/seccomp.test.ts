import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { mini } from '../support/mini.js';
import { freshHome, miniAsNobody, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { parseStatus } from '../support/processes.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { runCommand, runInDebian, runScript } from '../support/run-in.js';
import { testUnless } from '../support/skip.js';

const UNCONFINED = ['--security-opt', 'seccomp=unconfined'];
const scratch = freshDirectory();
let files = 0;

/** A profile in a file, as the flag that takes it. */
function profile(content: object | string): readonly [string, string] {
  const path = join(scratch, `${files++}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return ['--security-opt', `seccomp=${path}`];
}

const denying = (names: string[], more: object = {}) => ({
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names, action: 'SCMP_ACT_ERRNO', ...more }],
});

const seccompOf = async (flags: readonly string[]) => {
  const { Seccomp, NoNewPrivs } = parseStatus((await runCommand(flags, ['cat', '/proc/self/status'])).stdout);
  return { Seccomp, NoNewPrivs };
};

test('every container has a filter, unless it is switched off', async (t) => {
  t.deepEqual(await seccompOf([]), { Seccomp: '2', NoNewPrivs: '1' });
  t.deepEqual(await seccompOf(['--init']), { Seccomp: '2', NoNewPrivs: '1' });
  t.deepEqual(await seccompOf(['-u', '1000']), { Seccomp: '2', NoNewPrivs: '1' });
  t.deepEqual(await seccompOf(['--security-opt', 'seccomp=default']), { Seccomp: '2', NoNewPrivs: '1' });
  t.deepEqual(await seccompOf(UNCONFINED), { Seccomp: '0', NoNewPrivs: '1' });
});

for (const flags of [[], ['-u', '1000'], ['--init'], ['--init', '-u', '1000'], ['--cap-drop', 'ALL']]) {
  test(`a filter without no_new_privs leaves no capability behind: ${flags.join(' ')}`, async (t) => {
    const free = ['--security-opt', 'no-new-privileges=false', ...flags];
    const sets = async (more: readonly string[]) => {
      const { CapInh, CapPrm, CapEff, CapBnd, CapAmb } = parseStatus(
        (await runCommand([...free, ...more], ['cat', '/proc/self/status'])).stdout,
      );
      return { CapInh, CapPrm, CapEff, CapBnd, CapAmb };
    };
    t.deepEqual(await seccompOf(free), { Seccomp: '2', NoNewPrivs: '0' });
    t.deepEqual(await sets([]), await sets(UNCONFINED));
  });
}

testUnless(
  whyNoOrdinaryUser(),
  'ordinary-user',
  'the containers of an ordinary user have the filter too',
  async (t) => {
    const words = ['run', '--rm', '--rootfs', freshBusyboxRoot(), 'cat', '/proc/self/status'];
    t.is(parseStatus((await miniAsNobody(words, freshHome())).stdout).Seccomp, '2');
  },
);

/** A call that succeeds without the filter and is denied with it. */
const DENIED: readonly (readonly [what: string, script: string])[] = [
  ['a user namespace', 'unshare -U true'],
  ['keys', `python3 -c "${callsOf(['add_key', 'b"user"', 'b"x"', 'b"y"', 1, -3])}"`],
  ['AF_ALG', `python3 -c "import socket; socket.socket(38, 5)"`],
  ['AF_VSOCK', `python3 -c "import socket; socket.socket(40, 1)"`],
  ['io_uring', `python3 -c "${callsOf(['io_uring_setup', 1, 'bytearray(120)'])}"`],
  ['userfaultfd', `python3 -c "${callsOf(['userfaultfd', 1])}"`],
];

/** Python that makes one system call and fails as it does. */
function callsOf([name, ...words]: readonly (string | number)[]): string {
  const number = { add_key: [248, 217], io_uring_setup: [425, 425], userfaultfd: [323, 282] }[`${name}`]!;
  const args = words.map((word) =>
    typeof word === 'number'
      ? `c.c_long(${word})`
      : word.startsWith('b"')
        ? word.replaceAll('"', "'")
        : `(c.c_char*120)()`,
  );
  const call = [process.arch === 'arm64' ? number[1] : number[0], ...args].join(', ');
  return `import ctypes as c, os, sys; l = c.CDLL(None, use_errno=True); r = l.syscall(${call}); print(os.strerror(c.get_errno()), file=sys.stderr) if r < 0 else None; sys.exit(r < 0)`;
}

for (const [what, script] of DENIED) {
  test(`the default profile denies ${what}`, async (t) => {
    const open = await runScriptOnHost(UNCONFINED, script);
    const held = await runScriptOnHost([], script);
    t.not(held.exitCode, 0);
    t.regex(held.stderr, /Operation not permitted/);
    // Where the kernel itself lacks it the test would have shown nothing.
    if (open.exitCode !== 0) t.log(`without the filter: ${open.stderr.trim().split('\n').at(-1)}`);
    t.notRegex(open.stderr, /Operation not permitted/);
  });
}

const runScriptOnHost = (flags: readonly string[], script: string) =>
  mini(['run', '--rm', ...flags, 'host', 'sh', '-c', script]);

test('programs of the machine run under the default profile', async (t) => {
  const script =
    'python3 -c "import threading, subprocess; t = threading.Thread(target=print, args=(1,)); t.start(); t.join(); subprocess.run([\'true\'], check=True)"; ls /proc/self/fd | wc -l; date +%Y > /dev/null && sort /etc/passwd | head -n 1 | wc -l';
  const { stdout, stderr } = await runScriptOnHost([], script);
  t.is(stderr, '');
  t.regex(stdout, /^1\n\d+\n1\n$/);
});

test('a capability unlocks what it is for', async (t) => {
  const script = 'mount -t tmpfs none /mnt && echo mounted';
  t.regex((await runScript([], script)).stderr, /permission denied/);
  t.is((await runScript(['--cap-add', 'SYS_ADMIN'], script)).stdout, 'mounted\n');
});

test('a profile of the user is used: errno, arguments, masks', async (t) => {
  const mkdir = 'mkdir /tmp/d; echo $?; rmdir /tmp/d 2>/dev/null; true';
  const deny = profile(denying(['mkdir', 'mkdirat'], { errnoRet: 28 }));
  t.regex((await runScript(deny, mkdir)).stderr, /No space left on device/);
  t.is((await runScript(profile(denying(['nothing_of_this_name'])), mkdir)).stdout, '0\n');
  const kill = profile(denying(['kill'], { args: [{ index: 1, value: 10, op: 'SCMP_CMP_EQ' }] }));
  const kills = "trap '' USR1 USR2; kill -USR2 $$; echo $?; kill -USR1 $$; echo $?";
  t.is((await runScript(kill, kills)).stdout, '0\n1\n');
});

test("a profile in Docker's form is taken for the capabilities and the kernel that there are", async (t) => {
  const docker = profile({
    defaultAction: 'SCMP_ACT_ALLOW',
    archMap: [
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
    ],
    syscalls: [
      {
        names: ['mkdir', 'mkdirat'],
        action: 'SCMP_ACT_ERRNO',
        args: null,
        comment: 'x',
        includes: { minKernel: release().split('.').slice(0, 2).join('.') },
        excludes: { caps: ['CAP_SYS_ADMIN'] },
      },
    ],
  });
  const script = 'mkdir /tmp/e && rmdir /tmp/e && echo made';
  t.is((await runScript(docker, script)).stdout, '');
  t.is((await runScript([...docker, '--cap-add', 'SYS_ADMIN'], script)).stdout, 'made\n');
});

test('a profile that kills does, from the first call of the command on', async (t) => {
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_KILL_PROCESS' }],
  };
  t.is((await runScript(profile(seccomp), 'exec mkdir /tmp/k')).exitCode, 128 + 31);
});

for (const flags of [[], ['--security-opt', 'no-new-privileges=false']]) {
  test(`a profile may forbid all that mini itself does before: ${flags.join(' ')}`, async (t) => {
    const names =
      'setresuid setresgid setgroups capset prctl chdir fchdir mount pivot_root sendmsg openat2 keyctl'.split(
        ' ',
      );
    const seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names, action: 'SCMP_ACT_KILL_PROCESS' }],
    };
    const words = [...profile(seccomp), ...flags, '-u', '1000'];
    // Not busybox, which gives up privileges that it may have.
    t.is((await mini(['run', '--rm', ...words, 'host', 'echo', 'alive'])).stdout, 'alive\n');
  });
}

test('exec has the filter of its container, --privileged none', async (t) => {
  const name = `seccomp-${process.pid}`;
  const root = ['--rootfs', busyboxRoot()];
  t.is((await mini(['run', '-d', '--name', name, ...root, 'sleep', '1000'])).exitCode, 0);
  try {
    const status = async (...flags: string[]) =>
      parseStatus((await mini(['exec', ...flags, name, 'cat', '/proc/self/status'])).stdout);
    t.like(await status(), { Seccomp: '2', NoNewPrivs: '1' });
    t.like(await status('-u', '5'), { Seccomp: '2', NoNewPrivs: '1' });
    const { CapBnd } = parseStatus(readFileSync('/proc/self/status', 'utf8'));
    t.like(await status('--privileged'), { Seccomp: '0', NoNewPrivs: '0', CapEff: CapBnd! });
  } finally {
    await mini(['rm', '-f', name]);
  }
});

test('a privileged container is held back by nothing but its namespaces', async (t) => {
  const script =
    'grep -E "Seccomp:|NoNewPrivs|CapEff" /proc/self/status; mount -t tmpfs none /mnt && echo mounted; ' +
    'grep -c " /sys sysfs rw" /proc/self/mounts; grep -cE " /proc/(kcore|keys|sys) " /proc/self/mounts; echo $$';
  const { stdout } = await runInDebian(['--privileged'], script);
  const { CapBnd } = parseStatus(readFileSync('/proc/self/status', 'utf8'));
  t.is(stdout, `CapEff:\t${CapBnd}\nNoNewPrivs:\t0\nSeccomp:\t0\nmounted\n1\n0\n1\n`);
});

test('a privileged container sees the devices of the machine', async (t) => {
  const list = 'find /dev -xdev \\( -type c -o -type b \\) | grep -vE "^/dev/(console|ptmx|pts)" | sort';
  const { stdout } = await runScriptOnHost(['--privileged'], list);
  const { stdout: usual } = await runScriptOnHost([], list);
  t.true(stdout.split('\n').length > usual.split('\n').length);
  t.is(
    (
      await mini([
        'run',
        '--rm',
        '--privileged',
        '--security-opt',
        'no-new-privileges',
        'host',
        'grep',
        'NoNewPrivs',
        '/proc/self/status',
      ])
    ).stdout,
    'NoNewPrivs:\t1\n',
  );
});

const refused: readonly (readonly [string, object | string, RegExp])[] = [
  [
    'no JSON',
    '{"defaultAction"',
    /^failed to parse --security-opt "seccomp=[^"]+": "[^"]+" is not JSON: .+\n$/,
  ],
  [
    'a wrong form',
    { defaultAction: 1, syscalls: {} },
    /: failed to read the seccomp profile: defaultAction is not a string; syscalls is not a list\n$/,
  ],
  [
    'an unknown action',
    { defaultAction: 'ALLOW' },
    /^failed to compile the seccomp filter: there is no action "ALLOW" \(linux\.seccomp\.defaultAction\)\n$/,
  ],
  [
    'a listener',
    { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }] },
    /^failed to use the seccomp profile: "SCMP_ACT_NOTIFY" needs a listener, which only mini-oci has\n$/,
  ],
];
for (const [what, content, message] of refused) {
  test(`a profile with ${what} is refused`, async (t) => {
    const { exitCode, stderr } = await runScript(profile(content), 'true');
    t.is(exitCode, 125);
    t.regex(stderr, message);
  });
}
