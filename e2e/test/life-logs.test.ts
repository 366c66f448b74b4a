import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { failure, startDetached, succeed } from '../support/detached.js';
import { mini, startMini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';
import { waitFor, waitUntil } from '../support/wait.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** stdout and stderr as bytes. */
async function readLogs(...args: string[]): Promise<{ out: Uint8Array; err: Uint8Array }> {
  const { stdout, stderr } = await startMini(['logs', ...args], { encoding: 'buffer' });
  return { out: stdout as unknown as Uint8Array, err: stderr as unknown as Uint8Array };
}

test('every byte comes back, stdout and stderr apart', async (t) => {
  const directory = freshDirectory('bytes');
  mkdirSync(directory, { recursive: true });
  const [out, err] = [0, 1].map((seed) =>
    Buffer.from(Uint8Array.from({ length: 300_001 }, (_, index) => (index * 7 + (index >> 8) + seed) & 0xff)),
  ) as [Buffer, Buffer];
  writeFileSync(join(directory, 'out'), out);
  writeFileSync(join(directory, 'err'), err);
  const { name } = await startDetached(t, 'cat /b/err >&2; cat /b/out', ['-v', `${directory}:/b`]);
  await succeed(t, 'wait', name);
  const read = await readLogs(name);
  t.is(sha256(read.out), sha256(out));
  t.is(sha256(read.err), sha256(err));
});

test('the last lines, times and parts of time', async (t) => {
  const { name } = await startDetached(t, 'seq 1 5; echo e >&2; printf half');
  await succeed(t, 'wait', name);
  t.is((await mini(['logs', '-n', '3', name])).stdout, '5\nhalf');
  t.is((await mini(['logs', '--tail', 'all', name])).stdout, '1\n2\n3\n4\n5\nhalf');
  t.is((await mini(['logs', '--tail=-1', name])).stdout, '1\n2\n3\n4\n5\nhalf');
  t.is((await mini(['logs', '-n', '0', name])).stdout, '');
  const timed = await mini(['logs', '-t', '-n', '2', name]);
  t.regex(timed.stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z half$/);
  t.regex(timed.stderr, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z e\n$/);
  t.is((await mini(['logs', '--since', '1h', name])).stdout, '1\n2\n3\n4\n5\nhalf');
  t.is((await mini(['logs', '--until', '1h', name])).stdout, '');
  t.deepEqual(
    await mini(['logs', '--since', 'soon', name]),
    failure(
      'failed to parse --since "soon": a time is needed\nhint: write it like 10m, 2026-01-31T10:00:00Z or 1769853600',
    ),
  );
});

test('following goes across rotations and ends with the container', async (t) => {
  const script = 'i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo end >&2';
  const { name } = await startDetached(t, `sleep 0.3; ${script}`, [
    '--log-opt',
    'max-size=8k',
    '--log-opt',
    'max-file=20',
  ]);
  const { stdout, stderr, exitCode } = await mini(['logs', '-f', name]);
  const lines = Array.from({ length: 3000 }, (_, index) => `line ${index}\n`);
  t.is(stdout, lines.join(''));
  t.deepEqual({ stderr, exitCode }, { stderr: 'end\n', exitCode: 0 });
});

test('following shows what is written as it is written', async (t) => {
  const { name } = await startDetached(t, 'echo first; read _ < /dev/zero & sleep 100');
  const cli = startMini(['logs', '-f', '-n', '5', name], { buffer: false });
  let text = '';
  cli.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await waitFor('the first line', () => text === 'first\n');
  await succeed(t, 'rm', '-f', name);
  t.is((await cli).exitCode, 0);
});

test('rotation keeps the newest files only', async (t) => {
  const shared = freshDirectory();
  const script =
    'for i in 1 2 3 4 5 6; do until test -e /mnt/$i; do sleep 0.02; done; echo $i$(seq -s "" 1 400); done';
  const flags = ['-v', `${shared}:/mnt`, '--log-opt', 'max-size=1k', '--log-opt', 'max-file=2'];
  const { name } = await startDetached(t, script, flags);
  // A line at a time: two that come at once are in one file.
  for (const i of [1, 2, 3, 4, 5, 6]) {
    writeFileSync(join(shared, String(i)), '');
    await waitUntil(`line ${i}`, async () => (await mini(['logs', name])).stdout.includes(`${i}123`));
  }
  await succeed(t, 'wait', name);
  const { stdout } = await mini(['logs', name]);
  t.regex(stdout, /^6123/);
  t.false(stdout.includes('\n1123'));
});

test('no log is kept when none is wanted', async (t) => {
  const { name } = await startDetached(t, 'echo x', ['--log-driver', 'none']);
  await succeed(t, 'wait', name);
  t.deepEqual(
    await mini(['logs', name]),
    failure(
      `failed to read the log of container "${name}": none is kept\nhint: it was run with --log-driver none`,
    ),
  );
});

test('a reader that goes away is no fault', async (t) => {
  const { name } = await startDetached(t, 'seq 1 200000');
  await succeed(t, 'wait', name);
  const cli = startMini(['logs', name], { buffer: false });
  cli.stdout?.once('data', () => cli.stdout?.destroy());
  const { exitCode } = await cli;
  t.is(exitCode, 0);
});
