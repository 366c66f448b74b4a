import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { makeBundle } from '../support/bundle.js';
import { mini, startMini } from '../support/mini.js';
import { freshId, oci, ociToFile, ociWords } from '../support/oci.js';
import { parseStatus } from '../support/processes.js';
import { busyboxRoot, freshBusyboxRoot } from '../support/roots.js';
import { makeDecoy } from './support/decoy.js';

const NONE = '0'.repeat(16);
const NET_ADMIN = 1n << 12n;
/** A caller with inheritable and ambient capabilities, as services have them. */
const AMBIENT = ['setpriv', '--inh-caps', '+net_raw,+chown', '--ambient-caps', '+net_raw,+chown'];

test('capabilities are inherited where nobody clears them: the attack is real', async (t) => {
  const { CapInh, CapAmb } = parseStatus(
    execFileSync(AMBIENT[0]!, [...AMBIENT.slice(1), 'cat', '/proc/self/status'], { encoding: 'utf8' }),
  );
  t.not(CapInh, NONE);
  t.not(CapAmb, NONE);
});

test('nothing is inheritable or ambient in a container, whatever its caller has', async (t) => {
  for (const flags of [[], ['-u', '1000'], ['--cap-add', 'NET_ADMIN'], ['--init'], ['--privileged']]) {
    const words = ['run', '--rm', ...flags, '--rootfs', busyboxRoot(), 'cat', '/proc/self/status'];
    const { CapInh, CapAmb } = parseStatus(String((await startMini(words, {}, AMBIENT)).stdout));
    t.deepEqual({ CapInh, CapAmb }, { CapInh: NONE, CapAmb: NONE }, flags.join(' '));
  }
});

test('nor in a command that enters one', async (t) => {
  const name = `inherits-${process.pid}`;
  await mini(['run', '-d', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '1000']);
  try {
    for (const flags of [[], ['-u', '1000'], ['--privileged']]) {
      const words = ['exec', ...flags, name, 'cat', '/proc/self/status'];
      const { CapInh, CapAmb } = parseStatus(String((await startMini(words, {}, AMBIENT)).stdout));
      t.deepEqual({ CapInh, CapAmb }, { CapInh: NONE, CapAmb: NONE }, flags.join(' '));
    }
  } finally {
    await mini(['rm', '-f', name]);
  }
});

test('nor in one that mini-oci gives a capability more', async (t) => {
  const id = freshId();
  const bundle = makeBundle({ args: ['sleep', '1000'] });
  t.is((await ociToFile(['run', '--detach', '--bundle', bundle, id])).exitCode, 0);
  t.teardown(() => oci(['delete', '--force', id]));
  const [, ...words] = ociWords(['exec', '--cap', 'CAP_NET_ADMIN', id, 'cat', '/proc/self/status']);
  const { stdout } = await execa(AMBIENT[0]!, [...AMBIENT.slice(1), ...words]);
  const { CapInh, CapAmb, CapEff } = parseStatus(stdout);
  t.deepEqual({ CapInh, CapAmb }, { CapInh: NONE, CapAmb: NONE });
  t.is(BigInt(`0x${CapEff}`) & NET_ADMIN, NET_ADMIN);
});

test('a user that wraps, or is no number, is refused', async (t) => {
  // What a careless conversion makes of them is root.
  t.is((2 ** 32) | 0, 0);
  for (const user of ['2147483648', '4294967296', '-1', '1e3', '0x0', '1000:4294967296']) {
    const { exitCode, stdout } = await mini([
      'run',
      '--rm',
      '-u',
      user,
      '--rootfs',
      busyboxRoot(),
      'id',
      '-u',
    ]);
    t.deepEqual({ exitCode, stdout }, { exitCode: 125, stdout: '' }, user);
  }
});

test('a numeric user is that number, whatever the names say, and has its own groups only', async (t) => {
  const root = freshBusyboxRoot();
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0::/:/bin/sh\n1:x:0:0::/:/bin/sh\nfive:x:5:50::/:/bin/sh\n',
  );
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nextra:x:77:five\nwheel:x:10:1\n');
  const id = async (...words: string[]) =>
    (await mini(['run', '--rm', ...words, '--rootfs', root, 'sh', '-c', 'id -u; id -g; id -G'])).stdout;
  t.is(await id('-u', '5'), '5\n50\n50 77\n');
  t.is(await id('-u', '5:6'), '5\n6\n6\n');
  t.is(await id('-u', '4242', '--group-add', '9'), '4242\n0\n0 9\n');
});

test('a user file that is a FIFO, a link to the host or endless ends in an answer', async (t) => {
  const decoy = makeDecoy();
  const before = decoy.digest();
  const traps: readonly ((path: string) => void)[] = [
    (path) => execFileSync('mkfifo', [path]),
    (path) => symlinkSync('/dev/zero', path),
    (path) => symlinkSync(join(decoy.path, 'secret'), path),
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, 2 ** 30);
    },
  ];
  // Who opens a FIFO as any other file waits for ever: the trap is set.
  const probe = join(freshBusyboxRoot(), 'fifo');
  execFileSync('mkfifo', [probe]);
  t.is(spawnSync('timeout', ['1', 'cat', probe]).status, 124);
  for (const trap of traps) {
    const root = freshBusyboxRoot();
    rmSync(join(root, 'etc/passwd'), { force: true });
    trap(join(root, 'etc/passwd'));
    const { exitCode, timedOut } = await startMini(
      ['run', '--rm', '-u', 'somebody', '--rootfs', root, 'true'],
      { timeout: 60_000 },
    );
    t.deepEqual({ exitCode, timedOut }, { exitCode: 125, timedOut: false });
  }
  t.is(decoy.digest(), before);
});
