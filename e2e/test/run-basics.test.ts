import test from 'ava';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const runIn = (...args: string[]) => mini(['run', '--rm', '--rootfs', busyboxRoot(), ...args]);

test('the command is PID 1 and sees only its own processes', async (t) => {
  const { stdout, exitCode } = await runIn(
    'sh',
    '-c',
    'echo $$; tr "\\0" " " < /proc/1/cmdline; ls /proc | grep -c "^[0-9]"',
  );
  t.is(exitCode, 0);
  t.regex(stdout, /^1\nsh -c echo \$\$; .*" [23]\n$/);
});

test('exit codes are those of the command, 126, 127 and 128 + n', async (t) => {
  t.is((await runIn('sh', '-c', 'exit 7')).exitCode, 7);
  t.is((await runIn('/etc')).exitCode, 126);
  t.is((await runIn('nope')).exitCode, 127);
  t.is((await runIn('--init', 'sh', '-c', 'kill -9 $$')).exitCode, 137);
});

test('nothing is left behind', async (t) => {
  await runIn('true');
  const before = takeSnapshot();
  await runIn('true');
  await runIn('nope');
  t.deepEqual(await differenceSince(before), NOTHING);
});
