import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { whyNoProgram } from '../support/daemon.js';
import { MINI_OCI } from '../support/oci.js';
import { openPodman } from '../support/podman.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const reason = whyNoProgram('podman', 'conmon');
const engine = openPodman();
const { root, run } = engine;
const podman = engine.call;

test.after.always(async () => {
  if (reason === undefined) await podman('rm', '-fa', '-t', '0');
});

testUnless(reason, 'oci.podman', 'podman: run, its exit codes and its errors', async (t) => {
  t.like(await run(['--rm'], 'sh', '-c', 'echo hi; exit 7'), { exitCode: 7, stdout: 'hi' });
  t.like(await run(['--rm', '-t'], 'tty'), { exitCode: 0, stdout: '/dev/pts/0' });
  const missing = await run(['--rm'], 'nope');
  t.is(missing.exitCode, 127);
  t.regex(missing.stderr, /exec: "nope": executable file not found in \$PATH: OCI runtime attempted/);
  const denied = await run(['--rm'], '/etc');
  t.is(denied.exitCode, 126);
  t.regex(denied.stderr, /exec: "\/etc": permission denied: OCI permission denied/);
});

testUnless(reason, 'oci.podman', 'podman: a container from its start to its removal', async (t) => {
  t.is((await run(['-d', '--name', 'first'], 'sh', '-c', 'echo out; exec sleep 100')).exitCode, 0);
  t.is((await podman('logs', 'first')).stdout, 'out');
  t.like(
    await podman(
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
  t.is((await podman('exec', 'first', 'nope')).exitCode, 127);
  t.is((await podman('exec', '-t', 'first', 'tty')).stdout, '/dev/pts/0');
  t.is((await podman('pause', 'first')).exitCode, 0);
  t.is((await podman('inspect', '--format', '{{.State.Status}}', 'first')).stdout, 'paused');
  t.is((await podman('unpause', 'first')).exitCode, 0);
  t.is((await podman('update', '--memory', '64m', 'first')).exitCode, 0);
  t.regex((await podman('top', 'first')).stdout, /sleep 100/);
  t.is((await podman('stats', '--no-stream', '--format', '{{.PIDS}}', 'first')).stdout, '1');
  t.is((await podman('kill', '-s', 'USR1', 'first')).exitCode, 0);
  t.is((await podman('stop', '-t', '1', 'first')).exitCode, 0);
  t.is((await podman('inspect', '--format', '{{.State.ExitCode}}', 'first')).stdout, '137');
  t.is((await podman('start', 'first')).exitCode, 0);
  t.is((await podman('rm', '-f', '-t', '0', 'first')).exitCode, 0);
});

testUnless(reason, 'oci.podman', 'podman: options of run', async (t) => {
  t.is((await run(['--rm', '--read-only'], 'sh', '-c', 'touch /x || touch /tmp/x && echo ok')).stdout, 'ok');
  t.is((await run(['--rm', '-u', '7:8'], 'id', '-u')).stdout, '7');
  t.is((await run(['--rm', '-u', '7:8', '-w', '/bin'], 'sh', '-c', 'id -u; pwd')).stdout, '7\n/bin');
  t.regex((await run(['--rm'], 'cat', '/proc/self/status')).stdout, /Seccomp:\s+2/);
  t.regex(
    (await run(['--rm', '--security-opt', 'seccomp=unconfined'], 'cat', '/proc/self/status')).stdout,
    /Seccomp:\s+0/,
  );
  t.regex((await run(['--rm', '--cap-drop', 'ALL'], 'cat', '/proc/self/status')).stdout, /CapEff:\s+0{16}/);
  t.is(
    (await run(['--rm', '-v', `${root}/bin:/m:ro`], 'sh', '-c', 'touch /m/x; ls /m/busybox')).stdout,
    '/m/busybox',
  );
  t.is((await run(['--rm', '--uidmap', '0:1000:9', '--gidmap', '0:1000:9'], 'id', '-u')).stdout, '0');
  await run(['-d', '--name', 'infra'], 'sleep', '100');
  const joined = ['--network', 'container:infra', '--pid', 'container:infra', '--ipc', 'container:infra'];
  const { stdout } = await podman('run', '--rm', ...joined, '--rootfs', root, 'cat', '/proc/1/comm');
  t.is(stdout, 'sleep');
});

testUnless(reason, 'oci.podman', 'podman: volumes, and a seccomp profile of the user', async (t) => {
  t.is((await run(['--rm', '-v', 'kept:/v'], 'sh', '-c', 'echo text > /v/file')).exitCode, 0);
  t.is((await run(['--rm', '-v', 'kept:/v:ro'], 'cat', '/v/file')).stdout, 'text');
  t.is((await podman('volume', 'rm', 'kept')).exitCode, 0);
  const profile = join(freshDirectory('profile'), 'no-mkdir.json');
  const syscalls = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }];
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  const made = await run(['--rm', '--security-opt', `seccomp=${profile}`], 'mkdir', '/tmp/x');
  t.deepEqual(
    [made.exitCode, made.stderr],
    [1, "mkdir: can't create directory '/tmp/x': Operation not permitted"],
  );
});

testUnless(reason ?? whyNoTerminal(), 'oci.podman', 'podman: terminals of run and exec', async (t) => {
  const ask = (...words: string[]) => atTerminal([...engine.words, ...words], 'word\n', engine.env);
  const script = ['sh', '-c', 'tty; read word; echo "got $word"; exit 5'];
  const ran = await ask('run', '-it', '--rm', '--network', 'none', '--rootfs', root, ...script);
  t.is(ran.exitCode, 5);
  t.regex(ran.shown, /^\/dev\/pts\/0$.*^got word$/ms);
  await run(['-d', '--name', 'typed'], 'sleep', '100');
  const entered = await ask('exec', '-it', 'typed', ...script);
  t.is(entered.exitCode, 5);
  t.regex(entered.shown, /^\/dev\/pts\/0$.*^got word$/ms);
});

testUnless(reason, 'oci.podman', 'podman: a container without a control group of its own', async (t) => {
  for (const mode of ['enabled', 'disabled']) {
    const id = (await run(['-d', '--cgroups', mode], 'sleep', '100')).stdout;
    const pid = (await podman('inspect', '--format', '{{.State.Pid}}', id)).stdout;
    t.is(readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id), mode === 'enabled', mode);
    t.is((await podman('exec', id, 'echo', 'entered')).stdout, 'entered');
    t.is((await podman('rm', '-f', '-t', '0', id)).exitCode, 0);
  }
});

testUnless(reason, 'oci.podman', 'podman: failures of its own are 125', async (t) => {
  t.is((await run(['--rm', '--no-such-flag'], 'true')).exitCode, 125);
  t.is((await run(['--rm', '--security-opt', 'seccomp=/no/file'], 'true')).exitCode, 125);
  t.is((await podman('exec', 'no-such-container', 'true')).exitCode, 125);
});

testUnless(reason, 'oci.podman', 'podman: restarts and checks', async (t) => {
  const restarted = ['--name', 'again', '--restart', 'on-failure:2'];
  t.is((await run(restarted, 'sh', '-c', 'echo try; exit 3')).exitCode, 3);
  t.is((await podman('inspect', '--format', '{{.RestartCount}}', 'again')).stdout, '2');
  await run(
    ['-d', '--name', 'checked', '--health-cmd', 'true', '--health-interval', 'disable'],
    'sleep',
    '100',
  );
  t.is((await podman('healthcheck', 'run', 'checked')).exitCode, 0);
});

test('mini-oci says its version in three lines', async (t) => {
  const { stdout } = await execa(MINI_OCI, ['--version']);
  t.regex(stdout, /^mini-oci version \S+\ncommit: \S+\nspec: 1\.\d+\.\d+$/);
});
