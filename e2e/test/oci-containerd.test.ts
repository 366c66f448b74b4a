import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { type Daemon, daemonDirectory, startDaemon, whyNoProgram } from '../support/daemon.js';
import { MINI_OCI } from '../support/oci.js';
import { busyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const reason = whyNoProgram('containerd', 'ctr');
const directory = daemonDirectory('ctrd');
const socket = join(directory, 'sock');
let daemon: Daemon | undefined;

async function ctr(...words: string[]) {
  const { exitCode, stdout, stderr } = await execa('ctr', ['-a', socket, ...words], {
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

const run = (id: string, flags: readonly string[], ...command: string[]) =>
  ctr(
    'run',
    ...flags,
    '--runc-binary',
    MINI_OCI,
    '--runc-root',
    join(directory, 'runc'),
    '--rootfs',
    busyboxRoot(),
    id,
    ...command,
  );

test.before(async () => {
  if (reason !== undefined) return;
  const config = join(directory, 'config.toml');
  writeFileSync(
    config,
    `version = 2\nroot = "${directory}/root"\nstate = "${directory}/state"\n` +
      `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "${socket}"\n`,
  );
  daemon = await startDaemon(directory, ['containerd', '--config', config], () => existsSync(socket));
});

test.after.always(async () => {
  await daemon?.stop();
});

testUnless(reason, 'oci.containerd', 'containerd: run, its exit codes and its errors', async (t) => {
  t.like(await run('one', ['--rm'], 'sh', '-c', 'echo hi; exit 4'), { exitCode: 4, stdout: 'hi' });
  t.regex((await run('two', ['--rm'], 'nope')).stderr, /exec: "nope": executable file not found in \$PATH/);
  t.regex((await run('three', ['--rm'], '/etc')).stderr, /exec: "\/etc": permission denied/);
  t.is(
    (await run('four', ['--rm', '--read-only'], 'sh', '-c', 'touch /x 2>/dev/null || echo no')).stdout,
    'no',
  );
});

testUnless(reason, 'oci.containerd', 'containerd: a task from its start to its removal', async (t) => {
  t.is((await run('task', ['-d'], 'sleep', '100')).exitCode, 0);
  t.regex((await ctr('task', 'ls')).stdout, /^task\s+\d+\s+RUNNING/m);
  t.like(await ctr('task', 'exec', '--exec-id', 'e1', 'task', 'sh', '-c', 'id -u; exit 3'), {
    exitCode: 3,
    stdout: '0',
  });
  t.regex(
    (await ctr('task', 'exec', '--exec-id', 'e2', 'task', 'nope')).stderr,
    /executable file not found in \$PATH/,
  );
  t.is((await ctr('task', 'pause', 'task')).exitCode, 0);
  t.regex((await ctr('task', 'ls')).stdout, /^task\s+\d+\s+PAUSED/m);
  t.is((await ctr('task', 'resume', 'task')).exitCode, 0);
  t.regex((await ctr('task', 'ps', 'task')).stdout, /^\d+/m);
  t.is((await ctr('task', 'rm', '-f', 'task')).exitCode, 0);
  t.is((await ctr('container', 'rm', 'task')).exitCode, 0);
});
