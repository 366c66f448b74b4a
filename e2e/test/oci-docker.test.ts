import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { type Daemon, daemonDirectory, startDaemon, whyNoProgram, withEveryTree } from '../support/daemon.js';
import { MINI_OCI } from '../support/oci.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
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
  daemon = await startDaemon(directory, withEveryTree(words), isReady);
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
  t.is((await run('-u', '7', '-w', '/new', 'box', 'sh', '-c', 'id -u; pwd')).stdout, '7\n/new');
  t.is((await run('-v', `${busyboxRoot()}/bin:/m:ro`, 'box', 'ls', '/m/busybox')).stdout, '/m/busybox');
});

testUnless(reason, 'oci.docker', 'Docker: volumes, and a seccomp profile of the user', async (t) => {
  const run = (...words: string[]) => docker('run', '--rm', ...words);
  t.is((await run('-v', 'kept:/v', 'box', 'sh', '-c', 'echo text > /v/file')).exitCode, 0);
  t.is((await run('-v', 'kept:/v:ro', 'box', 'cat', '/v/file')).stdout, 'text');
  t.is((await docker('volume', 'rm', 'kept')).exitCode, 0);
  const profile = join(freshDirectory('profile'), 'no-mkdir.json');
  const syscalls = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }];
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  const made = await run('--security-opt', `seccomp=${profile}`, 'box', 'mkdir', '/tmp/x');
  t.deepEqual(
    [made.exitCode, made.stderr],
    [1, "mkdir: can't create directory '/tmp/x': Operation not permitted"],
  );
});

testUnless(
  reason,
  'oci.docker',
  'Docker: signals, privileged commands, and the home that is left to the runtime',
  async (t) => {
    const script = 'trap "exit 6" USR1; echo ready; while :; do sleep 0.05; done';
    await docker('run', '-d', '--name', 'told', 'box', 'sh', '-c', script);
    await waitUntil('the trap', async () => (await docker('logs', 'told')).stdout === 'ready');
    t.is((await docker('exec', 'told', 'sh', '-c', 'echo $HOME')).stdout, '/root');
    const free = await docker(
      'exec',
      '--privileged',
      'told',
      'sed',
      '-n',
      's/^CapEff:[[:space:]]*//p',
      '/proc/self/status',
    );
    const [, own = ''] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    // Docker knows the first 38 capabilities; of those all that there are here.
    const all = BigInt(`0x${own}`) & ((1n << 38n) - 1n);
    t.is(BigInt(`0x${free.stdout}`), all);
    t.is((await docker('kill', '-s', 'USR1', 'told')).exitCode, 0);
    t.is((await docker('wait', 'told')).stdout, '6');
    t.is((await docker('rm', 'told')).exitCode, 0);
  },
);

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
