import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { mini, startMini } from '../support/mini.js';
import { isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { skippedTerminal, Terminal } from '../support/terminal.js';
import { waitFor, waitUntil } from '../support/wait.js';

const testTerminal = (title: string, implementation: (t: ExecutionContext) => Promise<void>) =>
  testUnless(skippedTerminal, 'terminal', title, implementation);

const ask = async (name: string, format: string) =>
  (await mini(['inspect', '-f', format, name])).stdout.trim();

/** What the events tell of clients that come and go. */
async function listActions(name: string): Promise<string[]> {
  const words = ['events', '--stream=false', '--filter', `container=${name}`, '--format', '{{.Action}}'];
  const actions = (await mini(words)).stdout.trim().split('\n');
  return actions.filter((action) => /attach|detach/.test(action));
}

test('attach shows what comes from now on, stdout and stderr apart, and ends as the container does', async (t) => {
  const { name } = await startDetached(t, 'echo early; read go; echo out; echo err >&2; exit 7', ['-i']);
  await waitUntil('the first line', async () => (await mini(['logs', name])).stdout === 'early\n');
  const result = await mini(['attach', name], { input: 'go\n' });
  t.deepEqual(result, { exitCode: 7, stdout: 'out\n', stderr: 'err\n', signal: undefined });
  t.is((await mini(['logs', name])).stdout, 'early\nout\n');
});

test('signals reach the container, unless they are not to', async (t) => {
  const script = 'trap "echo usr; exit 3" USR2; while :; do echo tick; sleep 0.05; done';
  const { name } = await startDetached(t, script);
  const [deaf, attached] = [['--sig-proxy=false'], []].map((flags) => {
    const client = startMini(['attach', ...flags, name]);
    return { client, isAttached: once(client.stdout!, 'data') };
  });
  await Promise.all([deaf!.isAttached, attached!.isAttached]);
  deaf!.client.kill('SIGUSR2');
  t.is((await deaf!.client).signal, 'SIGUSR2');
  t.is(await ask(name, '{{.State.Status}}'), 'running');
  attached!.client.kill('SIGUSR2');
  const { exitCode, stdout } = await attached!.client;
  t.is(exitCode, 3);
  t.regex(String(stdout), /^(tick\n)+usr\n$/);
});

test('start -a shows the whole of a run, start -ai feeds it', async (t) => {
  const name = freshName();
  const command = ['--rootfs', busyboxRoot(), 'sh', '-c', 'echo $0; cat; exit 5'];
  await succeed(t, 'run', '-d', '-i', '--name', name, ...command);
  t.teardown(() => mini(['rm', '-f', name]));
  await succeed(t, 'kill', name);
  await waitUntil('its end', async () => (await ask(name, '{{.State.Status}}')) === 'exited');
  t.like(await mini(['start', '-a', '-i', name], { input: 'fed\n' }), { exitCode: 5, stdout: 'sh\nfed\n' });
  t.like(await mini(['start', '-a', name]), { exitCode: 5, stdout: 'sh\n' });
});

test('what cannot be attached to says why', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000');
  await succeed(t, 'pause', name);
  t.deepEqual(
    await mini(['attach', name]),
    failure(`failed to attach to container "${name}": it is paused, unpause it first`),
  );
  await succeed(t, 'unpause', name);
  const monitor = Number(await ask(name, '{{.State.ConmonPid}}'));
  process.kill(monitor, 'SIGKILL');
  await waitFor('the end of the monitor', () => !isAlive(monitor));
  t.deepEqual(
    await mini(['attach', name]),
    failure(`failed to attach to container "${name}": its monitor is gone, its output goes nowhere`),
  );
  await succeed(t, 'kill', name);
  await waitUntil('its end', async () => (await ask(name, '{{.State.Status}}')) === 'exited');
  t.deepEqual(
    await mini(['attach', name]),
    failure(`failed to attach to container "${name}": it is not running`),
  );
  t.deepEqual(
    await mini(['start', '-a', name, 'other']),
    failure('failed to run mini start: only one container can be attached to'),
  );
});

testTerminal('the keys to detach leave the container running; attach comes back to it', async (t) => {
  const before = takeSnapshot();
  const terminal = new Terminal(t);
  const name = freshName();
  t.teardown(() => mini(['rm', '-f', name]));
  await terminal.shows(/^host>$/);
  terminal.type(
    `clear; $MINI run --rm -it --name ${name} -e PS1="in> " --rootfs ${busyboxRoot()} sh; echo "[$?]"`,
  );
  await terminal.shows(/^in>$/m);
  // The first key alone is held back, and passed on before what follows: ctrl-p is the line before in this shell.
  terminal.press('C-p');
  terminal.type('echo held');
  await terminal.shows(/^held\nin>$/m);
  terminal.press('C-p');
  terminal.press('C-q');
  await terminal.shows(/\[0\]\nhost>$/);
  t.is(await ask(name, '{{.State.Status}}'), 'running');
  terminal.type(`clear; $MINI attach ${name}; echo "[$?]"`);
  // Typed before there is a client it waits in the terminal.
  terminal.type('');
  await terminal.shows(/^in>$/m);
  terminal.press('C-p');
  terminal.press('C-q');
  await terminal.shows(/^in> read escape sequence\n\[0\]\nhost>$/m);
  t.deepEqual(await listActions(name), ['attach', 'detach', 'attach', 'detach']);
  terminal.type(`clear; $MINI attach ${name}; echo "[$?]"`);
  terminal.type('');
  await terminal.shows(/^in>$/m);
  terminal.type('exit 4');
  await terminal.shows(/\[4\]\nhost>$/);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testTerminal('other keys may be chosen, for exec too, or none', async (t) => {
  const { name } = await startDetached(t, 'sleep 1000');
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const exec = (keys: string) =>
    `clear; $MINI exec -it --detach-keys "${keys}" -e PS1="in> " ${name} sh; echo "[$?]"`;
  terminal.type(exec('ctrl-x,x'));
  await terminal.shows(/^in>$/m);
  terminal.press('C-x');
  terminal.press('x');
  await terminal.shows(/\[0\]\nhost>$/);
  t.deepEqual(await listActions(name), ['exec_detach']);
  terminal.type(exec(''));
  await terminal.shows(/^in>$/m);
  terminal.press('C-p');
  terminal.press('C-q');
  terminal.type('exit 3');
  await terminal.shows(/\[3\]\nhost>$/);
});

test('a reader that never reads holds the container back, and rm -f ends both', async (t) => {
  const before = takeSnapshot();
  const name = freshName();
  const words = ['run', '--rm', '--name', name, '--rootfs', busyboxRoot(), 'sh', '-c', 'yes'];
  const client = startMini(words, { buffer: false });
  client.stdout?.pause();
  await waitUntil('a full pipe', async () => {
    const monitor = Number(await ask(name, '{{.State.ConmonPid}}'));
    return monitor > 0 && readFileSync(`/proc/${monitor}/wchan`, 'utf8').includes('poll');
  });
  t.is(await succeed(t, 'rm', '-f', name), `${name}\n`);
  t.is((await client).exitCode, 125);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a detached container that is not to stay is removed by its monitor, whatever it is called by then', async (t) => {
  const before = takeSnapshot();
  const { name, id } = await startDetached(t, 'mkdir -m 0 /tmp/closed; sleep 1000', [
    '--rm',
    '--tmpfs',
    '/tmp',
  ]);
  await succeed(t, 'rename', name, `${name}-new`);
  const pid = Number(await ask(id, '{{.State.Pid}}'));
  process.kill(pid, 'SIGKILL');
  // No command of mini's in between that would sweep.
  t.deepEqual(await differenceSince(before), NOTHING);
});
