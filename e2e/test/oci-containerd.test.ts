import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withHugePages } from '@mini/tools';
import test from 'ava';
import { execa } from 'execa';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { type Daemon, daemonDirectory, startDaemon, whyNoProgram } from '../support/daemon.js';
import { MINI_OCI } from '../support/oci.js';
import { busyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { waitUntil } from '../support/wait.js';

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

const RUNTIME = ['--runc-binary', MINI_OCI, '--runc-root', join(directory, 'runc')];

const runWords = (id: string, flags: readonly string[], ...command: string[]) => [
  'run',
  ...flags,
  ...RUNTIME,
  '--rootfs',
  busyboxRoot(),
  id,
  ...command,
];

const run = (id: string, flags: readonly string[], ...command: string[]) =>
  ctr(...runWords(id, flags, ...command));

test.before(async () => {
  if (reason !== undefined) return;
  const config = join(directory, 'config.toml');
  writeFileSync(
    config,
    `version = 2\nroot = "${directory}/root"\nstate = "${directory}/state"\n` +
      `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "${socket}"\n`,
  );
  const command = withHugePages(['containerd', '--config', config]);
  daemon = await startDaemon(directory, command, () => existsSync(socket));
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

testUnless(
  reason ?? whyNoTerminal(),
  'oci.containerd',
  'containerd: terminals of run and exec',
  async (t) => {
    const ask = (...words: string[]) => atTerminal(['ctr', '-a', socket, ...words], 'word\n');
    const script = ['sh', '-c', 'tty; read word; echo "got $word"; exit 5'];
    const ran = await ask(...runWords('typed', ['--rm', '-t'], ...script));
    t.is(ran.exitCode, 5);
    t.regex(ran.shown, /^\/dev\/pts\/0$.*^got word$/ms);
    t.is((await run('held', ['-d'], 'sleep', '100')).exitCode, 0);
    const entered = await ask('task', 'exec', '-t', '--exec-id', 'e1', 'held', ...script);
    t.is(entered.exitCode, 5);
    t.regex(entered.shown, /^\/dev\/pts\/0$.*^got word$/ms);
    t.is((await ctr('task', 'rm', '-f', 'held')).exitCode, 0);
  },
);

testUnless(reason, 'oci.containerd', 'containerd: limits, and what is counted', async (t) => {
  const limits = ['--memory-limit', '33554432', '--cpu-quota', '50000', '--cpu-period', '100000'];
  t.like(await run('limited', ['-d', ...limits], 'sleep', '100'), { exitCode: 0, stderr: '' });
  const counted = await ctr('task', 'metrics', '--format', 'json', 'limited');
  t.like(counted, { exitCode: 0, stderr: '' });
  t.regex(counted.stdout, /33554432/);
  // A zombie counts until the shim has reaped it.
  await waitUntil('one process', async () =>
    /^pids\.current\s+1\s*$/m.test((await ctr('task', 'metrics', 'limited')).stdout),
  );
  t.is((await ctr('task', 'rm', '-f', 'limited')).exitCode, 0);
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
