import test from 'ava';
import { runScript } from '../support/run-in.js';

/** `/dev/mem`'s numbers: a node that anybody with CAP_MKNOD can make, and nobody may open. */
const MEMORY = 'mknod /tmp/memory c 1 1';

test('a device that no rule is for can be made and not opened', async (t) => {
  const { stdout, stderr } = await runScript(
    [],
    `${MEMORY} && echo made; head -c 1 /tmp/memory; echo $?; rm /tmp/memory`,
  );
  t.is(stdout, 'made\n1\n');
  t.regex(stderr, /Operation not permitted/);
});

test('nor can a block device', async (t) => {
  const { stdout } = await runScript(
    [],
    'mknod /tmp/disk b 7 0; dd if=/tmp/disk of=/dev/null count=1 2>&1; rm /tmp/disk',
  );
  t.regex(stdout, /Operation not permitted/);
});

test('the harmless ones can be read and written', async (t) => {
  const script =
    'head -c 3 /dev/zero | wc -c; echo x > /dev/null && head -c 2 /dev/urandom | wc -c; echo y > /dev/full; true';
  const { stdout, stderr } = await runScript([], script);
  t.is(stdout, '3\n2\n');
  t.regex(stderr, /No space left on device/);
});

test('--device opens one, for what it says', async (t) => {
  const script = (access: string) =>
    runScript(
      ['--device', `/dev/full:/dev/extra:${access}`, '--device', '/dev/full'],
      'head -c 1 /dev/extra | wc -c',
    );
  t.is((await script('rw')).stdout, '1\n');
  const loop = await runScript(['--device', '/dev/kmsg:/dev/log0:w'], 'head -c 1 /dev/log0; echo $?');
  t.is(loop.stdout, '1\n');
  t.regex(loop.stderr, /Operation not permitted/);
});

test('a privileged container opens what the machine lets it', async (t) => {
  const { stderr } = await runScript(
    ['--privileged'],
    'dd if=/dev/kmsg of=/dev/null count=0 2>&1; mknod /tmp/z c 1 5; head -c 1 /tmp/z | wc -c; rm /tmp/z',
  );
  t.notRegex(stderr, /Operation not permitted/);
});
