import { spawnSync } from 'node:child_process';
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

const reason = whyNoProgram('dockerd', 'docker', 'containerd', 'tar');
const directory = daemonDirectory('dkr');
const host = `unix://${join(directory, 'sock')}`;
let daemon: Daemon | undefined;

async function docker(...words: string[]) {
  const { exitCode, stdout, stderr } = await execa('docker', ['-H', host, ...words], {
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

const isReady = () => spawnSync('docker', ['-H', host, 'version']).status === 0;

test.before(async () => {
  if (reason !== undefined) return;
  const words = [
    'dockerd',
    '--iptables=false',
    '--bridge=none',
    `--data-root=${directory}/root`,
    `--exec-root=${directory}/exec`,
    `--pidfile=${directory}/pid`,
    `--host=${host}`,
    '--storage-driver=vfs',
    `--add-runtime=mini=${MINI_OCI}`,
    '--default-runtime=mini',
  ];
  daemon = await startDaemon(directory, withHugePages(words), isReady);
  spawnSync('sh', ['-c', `tar -C ${busyboxRoot()} -c . | docker -H ${host} import - box`]);
});

test.after.always(async () => {
  if (daemon === undefined) return;
  const { stdout } = await docker('ps', '-aq');
  if (stdout !== '') await docker('rm', '-f', ...stdout.split('\n'));
  await daemon.stop();
});

testUnless(reason, 'oci.docker', 'Docker: run, its exit codes and its errors', async (t) => {
  t.like(await docker('run', '--rm', 'box', 'sh', '-c', 'echo hi; exit 7'), {
    exitCode: 7,
    stdout: 'hi',
    stderr: '',
  });
  const missing = await docker('run', '--rm', 'box', 'nope');
  t.is(missing.exitCode, 127);
  t.regex(missing.stderr, /exec: "nope": executable file not found in \$PATH/);
  t.is((await docker('run', '--rm', 'box', '/etc')).exitCode, 126);
  t.is((await docker('run', '--rm', '--bad', 'box')).exitCode, 125);
});

testUnless(reason, 'oci.docker', 'Docker: a container from its start to its removal', async (t) => {
  t.is(
    (await docker('run', '-d', '--name', 'first', 'box', 'sh', '-c', 'echo out; exec sleep 100')).exitCode,
    0,
  );
  t.is((await docker('logs', 'first')).stdout, 'out');
  t.like(
    await docker(
      'exec',
      '-u',
      '5:6',
      '-w',
      '/tmp',
      '-e',
      'A=b',
      'first',
      'sh',
      '-c',
      'id -u; pwd; echo $A; exit 9',
    ),
    {
      exitCode: 9,
      stdout: '5\n/tmp\nb',
    },
  );
  // Docker's own answer, with runc too.
  t.is((await docker('exec', 'first', 'nope')).exitCode, 126);
  t.is((await docker('pause', 'first')).exitCode, 0);
  t.is((await docker('inspect', '--format', '{{.State.Status}}', 'first')).stdout, 'paused');
  t.is((await docker('unpause', 'first')).exitCode, 0);
  t.is((await docker('update', '--memory', '64m', '--memory-swap', '128m', 'first')).exitCode, 0);
  t.regex((await docker('top', 'first')).stdout, /sleep 100/);
  t.is((await docker('stats', '--no-stream', '--format', '{{.Name}}', 'first')).stdout, 'first');
  t.is((await docker('stop', '-t', '1', 'first')).exitCode, 0);
  t.is((await docker('inspect', '--format', '{{.State.ExitCode}}', 'first')).stdout, '137');
  t.is((await docker('start', 'first')).exitCode, 0);
  t.is((await docker('rm', '-f', 'first')).exitCode, 0);
});

testUnless(reason, 'oci.docker', 'Docker: options of run', async (t) => {
  const run = (...words: string[]) => docker('run', '--rm', ...words);
  t.is((await run('--read-only', 'box', 'sh', '-c', 'touch /x 2>/dev/null || echo no')).stdout, 'no');
  t.is((await run('-u', '7:8', 'box', 'id', '-u')).stdout, '7');
  t.regex((await run('box', 'cat', '/proc/self/status')).stdout, /Seccomp:\s+2/);
  t.regex(
    (await run('--security-opt', 'seccomp=unconfined', 'box', 'cat', '/proc/self/status')).stdout,
    /Seccomp:\s+0/,
  );
  t.regex((await run('--cap-drop', 'ALL', 'box', 'cat', '/proc/self/status')).stdout, /CapEff:\s+0{16}/);
  const privileged = await run('--privileged', 'box', 'cat', '/proc/self/status');
  t.deepEqual([privileged.exitCode, privileged.stderr], [0, '']);
  t.is((await run('-w', '/new/dir', 'box', 'sh', '-c', 'pwd')).stdout, '/new/dir');
  t.is((await run('-v', `${busyboxRoot()}/bin:/m:ro`, 'box', 'ls', '/m/busybox')).stdout, '/m/busybox');
});

testUnless(reason ?? whyNoTerminal(), 'oci.docker', 'Docker: terminals of run and exec', async (t) => {
  const ask = (...words: string[]) => atTerminal(['docker', '-H', host, ...words], 'word\n');
  const script = ['sh', '-c', 'tty; read word; echo "got $word"; exit 5'];
  const ran = await ask('run', '-it', '--rm', 'box', ...script);
  t.is(ran.exitCode, 5);
  t.regex(ran.shown, /^\/dev\/pts\/0$.*^got word$/ms);
  await docker('run', '-d', '--name', 'typed', 'box', 'sleep', '100');
  const entered = await ask('exec', '-it', 'typed', ...script);
  t.is(entered.exitCode, 5);
  t.regex(entered.shown, /^\/dev\/pts\/\d$.*^got word$/ms);
});

testUnless(reason, 'oci.docker', 'Docker: restarts and checks', async (t) => {
  await docker('run', '-d', '--name', 'again', '--restart', 'on-failure:1', 'box', 'sh', '-c', 'exit 3');
  const count = async () => (await docker('inspect', '--format', '{{.RestartCount}}', 'again')).stdout;
  await waitUntil('a restart', async () => (await count()) === '1');
  await docker(
    'run',
    '-d',
    '--name',
    'checked',
    '--health-cmd',
    'true',
    '--health-interval',
    '1s',
    'box',
    'sleep',
    '100',
  );
  const health = async () =>
    (await docker('inspect', '--format', '{{.State.Health.Status}}', 'checked')).stdout;
  await waitUntil('a check', async () => (await health()) === 'healthy');
  t.is(await health(), 'healthy');
});
