import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { type Ctr, startCtr } from '../support/ctr.js';
import { whyNoProgram } from '../support/daemon.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { waitFor, waitUntil } from '../support/wait.js';

const reason = whyNoProgram('containerd', 'ctr');
let engine: Ctr;
const ctr = (...words: string[]) => engine.call(...words);
const run: Ctr['run'] = (...words) => engine.run(...words);

test.before(async () => {
  if (reason === undefined) engine = await startCtr();
});

test.after.always(async () => {
  await engine?.stop();
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
    const ask = (...words: string[]) => atTerminal([...engine.words, ...words], 'word\n');
    const script = ['sh', '-c', 'tty; read word; echo "got $word"; exit 5'];
    const ran = await ask(...engine.runWords('typed', ['--rm', '-t'], ...script));
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

testUnless(reason, 'oci.containerd', 'containerd: options of run', async (t) => {
  const ask = async (id: string, flags: readonly string[], ...command: string[]) =>
    (await run(id, ['--rm', ...flags], ...command)).stdout;
  const bind = `type=bind,src=${busyboxRoot()}/bin,dst=/m,options=rbind:ro`;
  t.is(
    await ask('bind', ['--mount', bind], 'sh', '-c', 'touch /m/x 2>/dev/null || ls /m/busybox'),
    '/m/busybox',
  );
  t.is(await ask('cwd', ['--cwd', '/tmp', '--env', 'A=b c'], 'sh', '-c', 'pwd; echo "$A"'), '/tmp\nb c');
  t.regex(
    await ask('drop', ['--cap-drop', 'CAP_KILL'], 'cat', '/proc/self/status'),
    /^CapEff:\s0{8}a80425db$/m,
  );
  t.regex(await ask('free', [], 'cat', '/proc/self/status'), /^Seccomp:\s0$/m);
  t.regex(await ask('filter', ['--seccomp'], 'cat', '/proc/self/status'), /^Seccomp:\s2$/m);
  const profile = join(freshDirectory('profile'), 'no-mkdir.json');
  const syscalls = [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 1 }];
  writeFileSync(profile, JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }));
  const made = await run('own', ['--rm', '--seccomp', '--seccomp-profile', profile], 'mkdir', '/tmp/x');
  t.deepEqual(
    [made.exitCode, made.stderr],
    [1, "mkdir: can't create directory '/tmp/x': Operation not permitted"],
  );
});

testUnless(reason, 'oci.containerd', 'containerd: output that nobody wants can be written', async (t) => {
  // containerd hands over the machine's /dev/null, open for reading alone.
  t.like(await run('quiet', ['--rm', '--null-io'], 'sh', '-c', 'echo lost && exit 3'), {
    exitCode: 3,
    stdout: '',
  });
});

testUnless(reason, 'oci.containerd', 'containerd: a log, and signals', async (t) => {
  const log = join(freshDirectory('log'), 'log');
  const script = 'trap "echo bye; exit 6" TERM; echo hi; while :; do sleep 0.05; done';
  t.is((await run('logged', ['-d', '--log-uri', `file://${log}`], 'sh', '-c', script)).exitCode, 0);
  await waitFor('its output', () => readFileSync(log, 'utf8') === 'hi\n');
  t.is((await ctr('task', 'kill', '-s', 'TERM', 'logged')).exitCode, 0);
  await waitFor('its last words', () => readFileSync(log, 'utf8') === 'hi\nbye\n');
  await waitUntil('its end', async () => /^logged\s+\d+\s+STOPPED/m.test((await ctr('task', 'ls')).stdout));
  t.is((await ctr('task', 'rm', 'logged')).exitCode, 0);
});
