import type { Step } from '@mini/contracts';
import test from 'ava';
import { drivePlan } from './support/driver.js';
import { containerSteps, makeBusyboxRoot, sixNamespaces, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: terminals and PID 1, it ${skipReason}`);
const terminal = { op: 'terminal', rows: 24, columns: 80, uid: 0, console: 1 } as const;
const message = 'control kind=3 stage=6 step=0 error=0';
const SIGTERM = 15;

async function run(
  t: import('ava').ExecutionContext,
  script: string,
  before: readonly Step[],
  options: readonly string[] = [],
): Promise<string[]> {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const { stdout } = await drivePlan(containerSteps(root, script, before), [
    `flags=${sixNamespaces}`,
    ...options,
  ]);
  return stdout.replaceAll('\r', '').split('\n');
}

it('a terminal: its size, its name, the console, and the shell in charge of it', async (t) => {
  const script = `
    tty; stty size; stat -c '%t:%T %u' /dev/console /dev/pts/0; echo $(ls /proc/self/fd)
    for fd in 0 1 2; do test -t $fd || echo $fd is none; done; cut -d ' ' -f 5-8 /proc/$$/stat`;
  const lines = await run(t, script, [terminal]);
  t.deepEqual(lines.slice(0, 6), [message, '/dev/pts/0', '24 80', '88:0 0', '88:0 0', '0 1 2 3']);
  // Group and session of the shell, its terminal (136:0) and the terminal's foreground group.
  t.deepEqual(lines.slice(6), ['1 1 34816 1', 'exit 0']);
});

it("a terminal is its user's", async (t) => {
  const script = 'stat -c %u:%a /dev/pts/0; echo to the terminal > /dev/pts/0';
  const lines = await run(t, script, [
    { ...terminal, uid: 1000, console: 0 },
    { op: 'uid', uid: 1000 },
  ]);
  t.deepEqual(lines, [message, '1000:620', 'to the terminal', 'exit 0']);
});

it('a terminal after a session was started, without a size', async (t) => {
  const lines = await run(t, 'tty', [{ op: 'setsid' }, { ...terminal, rows: 0, columns: 0 }]);
  t.deepEqual(lines, [message, '/dev/pts/0', 'exit 0']);
});

it('a terminal in a /dev/pts that is none', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const steps = containerSteps(root, 'true', [terminal]).filter(
    (step) => step.op !== 'mount' || step.fstype !== 'devpts',
  );
  const index = steps.findIndex((step) => step.op === 'terminal');
  const { stdout } = await drivePlan(steps, [`flags=${sixNamespaces}`]);
  t.is(stdout, `control kind=2 stage=6 step=${index} error=2\nexit 1`);
});

it('as init: the command is not PID 1, orphans are reaped, and its status is passed on', async (t) => {
  const script = `
    echo $$ $(cat /proc/1/comm); (sleep 0.1 & exec true) & wait; usleep 300000
    grep -l zombie /proc/[0-9]*/status; echo $(ls /proc/1/fd), $(grep SigBlk /proc/$$/status); exit 7`;
  const lines = await run(t, script, [{ op: 'become_init' }]);
  t.deepEqual(lines, ['2 mini-init', '0 1 2, SigBlk: 0000000000000000', 'exit 7']);
});

it('as init: signals reach the command, and its death by one is told', async (t) => {
  const caught = await run(
    t,
    "trap 'echo caught; exit 3' USR1; kill -USR1 1; while :; do usleep 10000; done",
    [{ op: 'become_init' }],
  );
  t.deepEqual(caught, ['caught', 'exit 3']);
  const killed = await run(t, 'kill -9 $$', [{ op: 'become_init' }]);
  t.deepEqual(killed, ['exit 137']);
});

it('as init: a signal from outside', async (t) => {
  const script = "trap 'echo caught; exit 3' TERM; echo ready; while :; do usleep 10000; done";
  const lines = await run(t, script, [terminal, { op: 'become_init' }], [`signal=${SIGTERM}`]);
  t.deepEqual(lines, [message, 'ready', 'caught', 'exit 3']);
});

it('as init with a terminal: the command leads the foreground', async (t) => {
  const script = "cut -d ' ' -f 4-8 /proc/$$/stat; cut -d ' ' -f 4-6 /proc/1/stat";
  const lines = await run(t, script, [terminal, { op: 'become_init' }]);
  t.deepEqual(lines, [message, '1 2 1 34816 2', '0 1 1', 'exit 0']);
});

it('as init: a command that is not there is reported', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const steps = containerSteps(root, '', [{ op: 'become_init' }]).map((step) =>
    step.op === 'find_exec' ? { ...step, file: 'nonesuch' } : step,
  );
  const index = steps.findIndex((step) => step.op === 'find_exec');
  const { stdout } = await drivePlan(steps, [`flags=${sixNamespaces}`]);
  t.is(stdout, `control kind=2 stage=6 step=${index} error=2\nexit 1`);
});
