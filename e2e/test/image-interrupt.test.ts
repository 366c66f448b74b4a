import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, digestOf, file, layerOf, writeArchive } from '../support/image-archive.js';
import { MINI, mini, startMini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';
import { skippedTerminal, Terminal } from '../support/terminal.js';
import { makeUserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';
import { waitFor } from '../support/wait.js';

const STORE = '/var/lib/mini/images';

/** An archive, and a FIFO that gives all of it but the last half MiB, and then nothing. */
async function unfinished(t: ExecutionContext) {
  const name = `${freshName()}:1`;
  const first = await layerOf(file('unique', name));
  const noise = await layerOf(file('noise', randomBytes(1 << 20).toString('latin1')));
  const layers = [await busyboxLayer(), first, noise];
  const archive = await writeArchive([{ names: [name], layers, config: { Cmd: ['cat', '/unique'] } }]);
  const directory = freshDirectory('fifo');
  const fifo = join(directory, 'archive');
  execFileSync('mkfifo', [fifo]);
  // For other users too.
  for (const path of [directory, dirname(archive), fifo, archive]) chmodSync(path, 0o755);
  const script = 'exec 3<>"$2"; head -c "$1" "$0" >&3; exec sleep 1000';
  const count = String(statSync(archive).size - (1 << 19));
  const writer = spawn('sh', ['-c', script, archive, count, fifo], {
    stdio: 'ignore',
    detached: true,
  });
  // All of its group: what it writes with may wait for a reader that has ended.
  t.teardown(() => process.kill(-writer.pid!));
  /** Resolves when a layer has come, and so the next one comes. */
  const isReading = (store: string) =>
    waitFor('a layer of the archive', () =>
      existsSync(join(store, 'blobs/sha256', digestOf(first).slice('sha256:'.length))),
    );
  return { name, archive, fifo, isReading };
}

/** Nothing of an archive that was left is listed; all of it can be loaded, and then there is nothing left over. */
async function assertWell(t: ExecutionContext, name: string, archive: string): Promise<void> {
  t.is(await succeed(t, 'images', '-q', name), '');
  t.is(await succeed(t, 'load', '-i', archive), `Loaded image: ${name}\n`);
  t.teardown(() => mini(['rmi', '-f', name]));
  t.is(await succeed(t, 'run', '--rm', name), name);
  t.deepEqual(readdirSync(`${STORE}/ingest`), []);
}

testUnless(skippedTerminal, 'image.interrupt', 'ctrl-c ends a load at once', async (t) => {
  const { name, archive, fifo, isReading } = await unfinished(t);
  const terminal = new Terminal(t);
  terminal.type(`clear; $MINI load -i ${fifo}`);
  await isReading(STORE);
  terminal.press('C-c');
  await terminal.shows(/^\^C\nhost>$/m);
  terminal.type('echo "[$?]"');
  await terminal.shows(/^\[130\]\nhost>$/m);
  await assertWell(t, name, archive);
});

test('a load that is killed while it reads leaves a store that works', async (t) => {
  const { name, archive, fifo, isReading } = await unfinished(t);
  const loading = startMini(['load', '-i', fifo]);
  await isReading(STORE);
  loading.kill('SIGKILL');
  t.is((await loading).signal, 'SIGKILL');
  await assertWell(t, name, archive);
});

testUnless(
  whyNoUserWithIds(),
  'image.interrupt',
  'a load of an ordinary user with ids ends by a signal as any does',
  async (t) => {
    const { name, archive, fifo, isReading } = await unfinished(t);
    const user = makeUserWithIds();
    const loading = user.start([MINI, 'load', '-i', fifo]);
    await isReading(join(user.home, '.local/share/mini/images'));
    loading.kill('SIGINT');
    t.is((await loading).exitCode, 130);
    t.is((await user.mini('images', '-q', name)).stdout, '');
    t.deepEqual(await user.mini('load', '-i', archive), {
      exitCode: 0,
      stdout: `Loaded image: ${name}\n`,
      stderr: '',
      signal: undefined,
    });
    t.is((await user.mini('run', '--rm', name)).stdout, name);
  },
);
