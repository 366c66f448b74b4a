import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { scratchDirectory, scratchFile } from '../support/bad.js';
import { compileProgram, whyNoCompiler } from '../support/compile-program.js';
import { startMini } from '../support/mini.js';
import { freshHome, listContainersOf, miniAsNobody, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const root = busyboxRoot();
const noUser = whyNoOrdinaryUser();
const noFilter = whyNoCompiler();

const closedRoot = freshBusyboxRoot();
chmodSync(closedRoot, 0o700);
chmodSync(scratchDirectory(), 0o755);
const secret = scratchFile('secret', 'A=1\n');
chmodSync(secret, 0o600);

type Nobody = readonly [title: string, words: readonly string[], stderr: string];

const denied: readonly Nobody[] = [
  [
    'a root that one may not read',
    ['--rootfs', closedRoot, 'true'],
    `failed to open the root "${closedRoot}": EACCES permission denied`,
  ],
  [
    'a closed root under a throw-away layer',
    ['--rootfs', `${closedRoot}:O`, 'true'],
    `failed to open the root "${closedRoot}": EACCES permission denied`,
  ],
  [
    'an env-file that one may not read',
    ['--rootfs', root, '--env-file', secret, 'true'],
    `failed to read --env-file "${secret}": EACCES permission denied`,
  ],
  [
    'a configuration that one may not read',
    ['--config', secret, 'true'],
    `failed to read the configuration "${secret}": EACCES permission denied`,
  ],
  [
    'a cidfile where one may not write',
    ['--rootfs', root, '--cidfile', '/etc/cid', 'true'],
    'failed to write the id to "/etc/cid" (--cidfile): EACCES permission denied',
  ],
];

for (const [title, words, stderr] of denied) {
  testUnless(noUser, 'ordinary-user', `as an ordinary user: ${title}`, async (t) => {
    const home = freshHome();
    const before = takeSnapshot();
    const result = await miniAsNobody(['run', '--rm', ...words], home);
    t.deepEqual(result, { exitCode: 125, stdout: '', stderr: `${stderr}\n`, signal: undefined });
    t.deepEqual(await differenceSince(before), NOTHING);
    t.deepEqual(listContainersOf(home), []);
  });
}

testUnless(
  noUser,
  'ordinary-user',
  'as an ordinary user: a limit without a cgroup of one’s own',
  async (t) => {
    const home = freshHome();
    const before = takeSnapshot();
    const { stderr, exitCode } = await miniAsNobody(
      ['run', '--rm', '-m', '64m', '--rootfs', root, 'true'],
      home,
    );
    t.regex(
      stderr,
      /^failed to create cgroup "\/sys\/fs\/cgroup\/\S+": EACCES permission denied\nhint: run as root, or in a group that is delegated to you \(systemd-run --user --scope -p Delegate=yes\)\n$/,
    );
    t.is(exitCode, 125);
    t.deepEqual(await differenceSince(before), NOTHING);
    t.deepEqual(listContainersOf(home), []);
  },
);

testUnless(noUser, 'ordinary-user', 'as an ordinary user: a home that cannot be written to', async (t) => {
  const home = join(scratchDirectory(), 'nothing');
  const { stderr, exitCode } = await miniAsNobody(['run', '--rm', '--rootfs', root, 'true'], home, {
    env: { HOME: home, XDG_DATA_HOME: '', XDG_RUNTIME_DIR: '' },
  });
  t.is(stderr, `failed to make the directory "${home}/.local/share/mini": EACCES permission denied\n`);
  t.is(exitCode, 125);
});

/** mini below a program that puts a seccomp filter before it. */
async function runFiltered(mode: 'enosys' | 'denied', words: readonly string[]) {
  const { exitCode, stdout, stderr } = await startMini(['run', '--rm', '--rootfs', root, ...words], {}, [
    compileProgram('filter'),
    mode,
  ]);
  return { exitCode, stdout, stderr };
}

testUnless(
  noFilter,
  'filter',
  'clone3 answers ENOSYS: the older call makes the same container',
  async (t) => {
    const before = takeSnapshot();
    const script = 'echo $$; hostname; ls /proc | grep -c "^[0-9]"; grep Seccomp: /proc/self/status';
    const words = ['-h', 'older', '--pids-limit', '20', 'sh', '-c', script];
    t.deepEqual(await runFiltered('enosys', words), {
      exitCode: 0,
      stdout: '1\nolder\n3\nSeccomp:\t2\n',
      stderr: '',
    });
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

const NO_NAMESPACES =
  'failed to create the namespaces of the container: EPERM operation not permitted\nhint: run it as root, or allow unprivileged user namespaces on this machine\n';

testUnless(noFilter, 'filter', 'namespaces are forbidden', async (t) => {
  const before = takeSnapshot();
  t.deepEqual(await runFiltered('denied', ['true']), { exitCode: 125, stdout: '', stderr: NO_NAMESPACES });
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(noUser ?? noFilter, 'ordinary-user', 'namespaces are forbidden to an ordinary user', async (t) => {
  await assertDeniedToNobody(t, [compileProgram('filter'), 'denied']);
});

async function assertDeniedToNobody(t: ExecutionContext, wrapper: readonly string[]): Promise<void> {
  const home = freshHome();
  const before = takeSnapshot();
  const result = await miniAsNobody(['run', '--rm', '--rootfs', root, 'true'], home, { wrapper });
  t.deepEqual(result, { exitCode: 125, stdout: '', stderr: NO_NAMESPACES, signal: undefined });
  t.deepEqual(await differenceSince(before), NOTHING);
  t.deepEqual(listContainersOf(home), []);
}

test('root without the capability to make namespaces', async (t) => {
  const before = takeSnapshot();
  const { exitCode, stdout, stderr } = await startMini(['run', '--rm', '--rootfs', root, 'true'], {}, [
    'setpriv',
    '--bounding-set=-sys_admin',
    '--inh-caps=-sys_admin',
  ]);
  t.deepEqual(
    { exitCode, stdout, stderr },
    {
      exitCode: 125,
      stdout: '',
      stderr: `failed to open the root "${root}": EPERM operation not permitted\nhint: this root user lacks CAP_SYS_ADMIN: run mini outside of the sandbox, or as an ordinary user\n`,
    },
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});
