import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianRoot } from '@mini/tools';
import test, { type ExecutionContext } from 'ava';
import { mini } from '../support/mini.js';
import { childrenNamed, isAlive } from '../support/processes.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { skippedTerminal, Terminal } from '../support/terminal.js';
import { waitFor } from '../support/wait.js';

const testTerminal = (title: string, implementation: (t: ExecutionContext) => Promise<void>) =>
  testUnless(skippedTerminal, 'terminal', title, implementation);

let shellCount = 0;

/** The words that run a shell in a container, whose prompt is `in> `. It is removed with the test: it outlives its terminal. */
function shell(
  t: ExecutionContext,
  name = `e2e-${process.pid}-shell-${shellCount++}`,
  ...flags: string[]
): string {
  t.teardown(async () => void (await mini(['rm', '-f', name])));
  return `$MINI run --rm -it -e PS1="in> " --name ${name} ${flags.join(' ')} --rootfs ${busyboxRoot()} sh`;
}

/** A terminal in which such a shell waits for what is typed. */
async function openShell(t: ExecutionContext, name?: string, ...flags: string[]): Promise<Terminal> {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  terminal.type(`clear; ${shell(t, name, ...flags)}; echo "[$?]"`);
  await terminal.shows(/^in>$/m);
  return terminal;
}

/** The process of the command line in which a container of this name runs, and that of the container. */
async function findProcesses(name: string): Promise<{ cli: number; container: number }> {
  const { stdout } = await mini(['inspect', '--format', '{{.State.Pid}}', name]);
  const container = Number(stdout);
  const parent = (pid: number) =>
    Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { cli: parent(parent(container)), container };
}

testTerminal('the command has a terminal of its own', async (t) => {
  const terminal = await openShell(t);
  terminal.type('clear; tty; test -t 0 && test -t 1 && test -t 2 && echo all; echo $TERM; ls /dev/pts');
  t.is(await terminal.shows(/ptmx\nin>$/), '/dev/pts/0\nall\nxterm\n0     ptmx\nin>');
});

testTerminal('what is typed is shown once, can be corrected, and ends with ctrl-d', async (t) => {
  // Not a shell: busybox's loses what is typed before the terminal has told it where the cursor is.
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  terminal.type(`clear; $MINI run --rm -it --rootfs ${busyboxRoot()} sh -c "echo ready; cat"; echo "[$?]"`);
  await terminal.shows(/^ready$/);
  terminal.type('one twwo');
  await terminal.shows(/^ready\none twwo\none twwo$/);
  for (const key of ['x', 'y', 'z', 'BSpace', 'BSpace', 'Enter']) terminal.press(key);
  await terminal.shows(/^ready\none twwo\none twwo\nx\nx$/);
  terminal.press('C-d');
  await terminal.shows(/\[0\]\nhost>$/);
});

testTerminal('the exit code comes through, and ctrl-d ends the shell', async (t) => {
  const terminal = await openShell(t);
  terminal.type('exit 7');
  await terminal.shows(/\[7\]\nhost>$/);
  terminal.type(`clear; ${shell(t)}; echo "[$?]"`);
  await terminal.shows(/in>$/);
  terminal.press('C-d');
  await terminal.shows(/\[0\]\nhost>$/);
});

testTerminal('its size is that of the terminal, also after a change', async (t) => {
  const terminal = await openShell(t);
  terminal.type('clear; stty size');
  await terminal.shows(/^24 80\nin>$/);
  terminal.resize(100, 30);
  terminal.type('clear; stty size');
  await terminal.shows(/^30 100\nin>$/);
});

testTerminal('a program inside hears of a change of the size', async (t) => {
  const terminal = await openShell(t);
  terminal.type(`clear; sh -c 'trap "stty size; exit" WINCH; echo waiting; while :; do sleep 0.1; done'`);
  await terminal.shows(/waiting$/);
  terminal.resize(90, 20);
  await terminal.shows(/\n20 90\nin>$/);
});

testTerminal('ctrl-c reaches the program in front, not mini', async (t) => {
  const terminal = await openShell(t);
  terminal.type(
    `clear; sh -c 'trap "echo caught; exit 3" INT; echo waiting; while :; do sleep 0.1; done'; echo "code $?"`,
  );
  await terminal.shows(/waiting$/);
  terminal.press('C-c');
  await terminal.shows(/caught\ncode 3\nin>$/);
});

testTerminal('ctrl-\\ reaches the program in front', async (t) => {
  const terminal = await openShell(t);
  terminal.type(
    `clear; sh -c 'trap "echo quit; exit 4" QUIT; echo waiting; while :; do sleep 0.1; done'; echo "code $?"`,
  );
  await terminal.shows(/waiting$/);
  terminal.press('C-\\');
  await terminal.shows(/quit\ncode 4\nin>$/);
});

testTerminal('job control of the shell inside works: ctrl-z, jobs, fg, ctrl-c', async (t) => {
  const terminal = await openShell(t);
  terminal.type('clear; sleep 1000');
  await terminal.shows(/^$/);
  terminal.press('C-z');
  await terminal.shows(/Stopped +sleep 1000\nin>$/);
  terminal.type('clear; jobs');
  await terminal.shows(/Stopped +sleep 1000\nin>$/);
  terminal.type('clear; fg');
  await terminal.shows(/sleep 1000$/);
  terminal.press('C-c');
  await terminal.shows(/sleep 1000\n(\^C)?\n?in>$/);
});

/** Settings of the terminal's own shell, for a comparison. */
const settings = (terminal: Terminal) => terminal.run('stty -g');

testTerminal('the terminal is as it was after a normal end', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const before = await settings(terminal);
  t.is(await terminal.run(`$MINI run --rm -it --rootfs ${busyboxRoot()} stty raw -echo`), '[0]');
  t.is(await settings(terminal), before);
});

testTerminal('the terminal is as it was after a command that could not be run', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const before = await settings(terminal);
  t.regex(
    await terminal.run(`$MINI run --rm -it --rootfs ${busyboxRoot()} nope`),
    /^failed to find [\s\S]*\[127\]$/,
  );
  t.is(await settings(terminal), before);
});

testTerminal('the terminal is as it was after the container was killed', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const before = await settings(terminal);
  const name = `e2e-${process.pid}-terminal-killed`;
  terminal.type(`clear; ${shell(t, name)}; echo "[$?]"`);
  await terminal.shows(/in>$/);
  process.kill((await findProcesses(name)).container, 'SIGKILL');
  await terminal.shows(/\[137\]\nhost>$/);
  t.is(await settings(terminal), before);
});

testTerminal('the terminal is as it was after kill -9 of mini', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const before = await settings(terminal);
  const name = `e2e-${process.pid}-terminal-orphan`;
  terminal.type(`clear; ${shell(t, name)}; echo "[$?]"`);
  await terminal.shows(/in>$/);
  const { cli, container } = await findProcesses(name);
  const pumps = childrenNamed(cli, 'mini-pump');
  t.is(pumps.length, 1);
  // The worst case: the shell has the terminal to itself before the reader has a chance to give it back.
  for (const pid of pumps) process.kill(pid, 'SIGSTOP');
  process.kill(cli, 'SIGKILL');
  await terminal.shows(/\[137\]\s+host>$/);
  // The kernel itself wakes who is stopped in a group without a parent, and it may have ended by now.
  for (const pid of pumps.filter(isAlive)) process.kill(pid, 'SIGCONT');
  await waitFor('the end of the reader', () => pumps.every((pid) => !isAlive(pid)));
  t.true(isAlive(container));
  t.is(await settings(terminal), before);
});

testTerminal('a terminal that is closed lets mini go, and the container goes on', async (t) => {
  const name = `e2e-${process.pid}-terminal-closed`;
  const terminal = await openShell(t, name);
  const { cli, container } = await findProcesses(name);
  const pumps = childrenNamed(cli, 'mini-pump');
  terminal.close();
  await waitFor('the end of mini', () => [cli, ...pumps].every((pid) => !isAlive(pid)));
  t.is(pumps.length, 1);
  t.true(isAlive(container));
});

testTerminal('output may go into a file while the input is a terminal', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const file = join(freshDirectory(), 'out');
  t.is(await terminal.run(`$MINI run --rm -it --rootfs ${busyboxRoot()} echo kept > ${file}`), '[0]');
  t.is(readFileSync(file, 'utf8'), 'kept\r\n');
});

testTerminal('much output comes whole', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  const file = join(freshDirectory(), 'out');
  const command = `sh -c 'i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done'`;
  t.is(await terminal.run(`$MINI run --rm -it --rootfs ${busyboxRoot()} ${command} > ${file}`), '[0]');
  const lines = readFileSync(file, 'utf8').split('\r\n');
  t.is(lines.length, 20001);
  t.is(lines[19999], 'line 19999');
});

testTerminal('a shell of a real Debian', async (t) => {
  const terminal = new Terminal(t);
  await terminal.shows(/^host>$/);
  terminal.type(`clear; $MINI run --rm -it --rootfs ${await debianRoot()}:O bash --norc; echo "[$?]"`);
  await terminal.shows(/bash-5\.\d# *$/);
  terminal.type('clear; ps -o tty,comm; stty size');
  await terminal.shows(/^TT +COMMAND\npts\/0 +bash\npts\/0 +ps\n24 80\nbash-5\.\d#$/);
  terminal.press('C-d');
  await terminal.shows(/\[0\]\nhost>$/);
});

testTerminal('--init with a terminal: the command owns it', async (t) => {
  const terminal = await openShell(t, undefined, '--init');
  terminal.type(
    `clear; sh -c 'trap "echo caught; exit 3" INT; echo waiting; while :; do sleep 0.1; done'; echo "code $?"`,
  );
  await terminal.shows(/waiting$/);
  terminal.press('C-c');
  await terminal.shows(/caught\ncode 3\nin>$/);
});

test('nothing is left behind', async (t) => {
  await mini(['run', '--rm', '--rootfs', busyboxRoot(), 'true']);
  const before = takeSnapshot();
  await mini(['run', '--rm', '-t', '--rootfs', busyboxRoot(), 'tty']);
  t.deepEqual(await differenceSince(before), NOTHING);
});
