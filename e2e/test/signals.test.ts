import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { mini, startMini } from '../support/mini.js';
import { childrenOf, isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { runScript } from '../support/run-in.js';
import { cgroupDirectory, hold, type Running } from '../support/running.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

/** A shell that says which signal it got and goes on until USR1 or TERM. */
const TRAPS = `for s in INT HUP USR2 QUIT ALRM; do trap "echo got $s" $s; done
trap "echo got USR1; exit 10" USR1; trap "echo got TERM; exit 11" TERM
echo ready; while :; do sleep 0.05; done; `;

const trapping = (...flags: string[]) => hold(flags, TRAPS);
const heard = (running: Running, name: string) =>
  waitFor(`the answer to SIG${name}`, () => running.stdout().includes(`got ${name}\n`));

for (const flags of [[], ['--init']]) {
  test(`signals to mini reach the command: ${flags.join(' ')}`, async (t) => {
    const running = await trapping(...flags);
    for (const name of ['INT', 'HUP', 'USR2', 'QUIT', 'ALRM', 'USR1'] as const) {
      process.kill(running.cliPid, `SIG${name}`);
      await heard(running, name);
    }
    t.is((await running.cli).exitCode, 10);
  });
}

test('who asks three times for the end gets the terminal back; the container goes on', async (t) => {
  const script = 'trap "echo asked" INT TERM; echo ready; while :; do sleep 0.05; done';
  const running = await hold(['--name', `asked-${process.pid}`], script);
  const answers = () => running.stdout().split('asked\n').length - 1;
  for (const [index, name] of (['INT', 'TERM', 'INT'] as const).entries()) {
    await waitFor('the answer to the last', () => answers() === index);
    process.kill(running.cliPid, `SIG${name}`);
  }
  const { exitCode, stderr } = await running.cli;
  t.is(exitCode, 1);
  t.is(
    stderr,
    'failed to wait for the end: it goes on after 3 signals\nhint: mini ps shows what runs, mini kill NAME ends a container\n',
  );
  const { stdout } = await mini(['inspect', '-f', '{{.State.Status}}', `asked-${process.pid}`]);
  t.is(stdout, 'running\n');
  t.is((await mini(['rm', '-f', `asked-${process.pid}`])).exitCode, 0);
});

test('SIGTERM to mini ends a command that ends at it, with its own exit code', async (t) => {
  const running = await trapping();
  process.kill(running.cliPid, 'SIGTERM');
  t.is((await running.cli).exitCode, 11);
});

test('a command under --init that does nothing about a signal is ended by it: 128 + n', async (t) => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGUSR1'] as const) {
    const running = await hold(['--init'], 'trap - INT; echo ready; exec sleep 1000');
    process.kill(running.cliPid, name);
    t.is((await running.cli).exitCode, 128 + constants.signals[name]);
  }
});

test('PID 1 of a namespace that does nothing about a signal goes on, as the kernel has it', async (t) => {
  const running = await hold([], 'echo ready; read _; echo went on; exit 6; ');
  process.kill(running.cliPid, 'SIGTERM');
  running.cli.stdin?.end('\n');
  const { exitCode, stdout } = await running.cli;
  t.deepEqual({ exitCode, stdout: String(stdout) }, { exitCode: 6, stdout: 'ready\nwent on\n' });
});

/** Has a container removed whatever becomes of the test. */
function removeLater(t: ExecutionContext, name: string): string {
  t.teardown(async () => void (await mini(['rm', '-f', name])));
  return name;
}

test('--sig-proxy=false keeps signals from the command', async (t) => {
  const name = removeLater(t, `e2e-${process.pid}-no-proxy`);
  const running = await trapping('--sig-proxy=false', '--name', name);
  process.kill(running.cliPid, 'SIGTERM');
  await waitFor('the end of the command line', () => !isAlive(running.cliPid));
  t.true(isAlive(running.pid));
  process.kill(running.pid, 'SIGUSR1');
  await waitFor('the end of the container', () => !isAlive(running.pid) && !isAlive(running.monitorPid));
  t.false(running.stdout().includes('got TERM'));
});

test('--init takes the children of those that have ended, and waits for them', async (t) => {
  const { stdout } = await runScript(
    ['--init'],
    // Orphans that end: each would stay as a zombie under a PID 1 that does not wait.
    `i=0; while [ $i -lt 20 ]; do (sh -c "exit 3" &); i=$((i + 1)); done
     (sleep 0.2 &)
     n=1; while [ $n -gt 0 ]; do n=$(grep -l "^State:.Z" /proc/[0-9]*/status 2> /dev/null | wc -l); sleep 0.05; done
     echo "zombies: $n"`,
  );
  t.is(stdout, 'zombies: 0\n');
});

test('--init ends with its command, and what is left ends with it', async (t) => {
  const before = takeSnapshot();
  const { exitCode } = await runScript(
    ['--init'],
    'setsid sleep 1000 & (trap "" TERM HUP; sleep 1000) & exit 8',
  );
  t.is(exitCode, 8);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('without --init orphans belong to the command', async (t) => {
  const running = await hold([], '(sleep 1000 &)');
  t.is(childrenOf(running.pid).length, 1);
  await running.finish();
});

test('a stopped command can be continued', async (t) => {
  const running = await trapping();
  process.kill(running.pid, 'SIGSTOP');
  process.kill(running.pid, 'SIGCONT');
  process.kill(running.cliPid, 'SIGUSR1');
  t.is((await running.cli).exitCode, 10);
});

test('a command that is killed from outside: 137', async (t) => {
  const running = await hold([]);
  process.kill(running.pid, 'SIGKILL');
  const { exitCode, stderr } = await running.cli;
  t.deepEqual({ exitCode, stderr }, { exitCode: 137, stderr: '' });
});

test('kill -9 of mini: the container goes on, and all of it goes when it ends', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  const name = removeLater(t, `e2e-${process.pid}-orphan`);
  const script = 'trap "echo late; exit 4" USR1; echo ready; while :; do sleep 0.05; done; ';
  const running = await hold(['-m', '64m', '--name', name], script);
  const directory = cgroupDirectory(running.pid, 'memory');
  process.kill(running.cliPid, 'SIGKILL');
  await waitFor('the end of the command line', () => !isAlive(running.cliPid));
  t.true(isAlive(running.pid));
  t.true(isAlive(running.monitorPid));
  t.is(cgroupDirectory(running.pid, 'memory'), directory);
  t.regex((await mini(['ps', '--filter', `name=${name}`])).stdout, / Up /);
  process.kill(running.pid, 'SIGUSR1');
  await waitFor('the end of the container', () => !isAlive(running.pid) && !isAlive(running.monitorPid));
  // --rm is due, and nobody is there to do it: the next command does.
  t.notRegex((await mini(['ps', '-a'])).stdout, new RegExp(name));
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('kill -9 of the monitor: mini says that the exit status is unknown, rm -f removes what lives on', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  const name = removeLater(t, `e2e-${process.pid}-lost`);
  const running = await trapping('--name', name);
  process.kill(running.monitorPid, 'SIGKILL');
  const { exitCode, stderr } = await running.cli;
  t.is(exitCode, 125);
  t.is(stderr, 'failed to wait for the container: its monitor ended, so the exit status is unknown\n');
  t.true(isAlive(running.pid));
  t.is((await mini(['rm', '-f', name])).stdout, `${name}\n`);
  t.false(isAlive(running.pid));
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('kill -9 of both: rm -f removes what lives on', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  const name = removeLater(t, `e2e-${process.pid}-both`);
  const running = await trapping('--name', name);
  for (const pid of [running.cliPid, running.monitorPid]) process.kill(pid, 'SIGKILL');
  await waitFor('their end', () => !isAlive(running.cliPid) && !isAlive(running.monitorPid));
  t.is((await mini(['rm', '-f', name])).stdout, `${name}\n`);
  t.false(isAlive(running.pid));
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('nothing is left behind', async (t) => {
  await runScript([], 'true');
  const before = takeSnapshot();
  const running = await trapping();
  process.kill(running.cliPid, 'SIGTERM');
  await running.cli;
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a signal that comes while the container starts ends it, or nothing has been started', async (t) => {
  const before = takeSnapshot();
  const script = 'trap "exit 3" TERM; while :; do sleep 0.05; done';
  for (let delayMs = 60; delayMs <= 300; delayMs += 20) {
    const client = startMini(['run', '--rm', '--init', '--rootfs', busyboxRoot(), 'sh', '-c', script]);
    await sleep(delayMs);
    client.kill('SIGTERM');
    const { exitCode, signal } = await client;
    // Before the start is over: killed; then the shell has no trap yet, or has.
    t.true(signal === 'SIGTERM' || [137, 143, 3].includes(exitCode!), `${delayMs} ms: ${exitCode} ${signal}`);
    t.deepEqual(await differenceSince(before), NOTHING);
  }
});
