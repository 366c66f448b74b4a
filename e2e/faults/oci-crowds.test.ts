import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { makeBundle } from '../support/bundle.js';
import { freshId, oci, ociRoot, ociToFile, ociWords, stateOf } from '../support/oci.js';
import { freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor, waitUntil } from '../support/wait.js';

const LIVES = 200;
const AT_ONCE = 25;

test.before(async () => {
  await oci(['run', '--bundle', makeBundle(), freshId()]);
});

/** Does the work `count` times, never more than `AT_ONCE` at once. */
async function crowd(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const walk = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, walk));
}

test('200 lives, 25 at once: every one starts, ends with its own code and leaves nothing', async (t) => {
  const before = takeSnapshot();
  const codes: number[] = [];
  const bundles = Array.from({ length: AT_ONCE }, (_, code) =>
    makeBundle({ args: ['sh', '-c', `exit ${code}`] }),
  );
  await crowd(LIVES, async (index) => {
    const { exitCode, stderr } = await oci(['run', '--bundle', bundles[index % AT_ONCE]!, freshId()]);
    t.is(stderr, '');
    codes[index] = exitCode;
  });
  t.deepEqual(
    codes,
    Array.from({ length: LIVES }, (_, index) => index % AT_ONCE),
  );
  t.deepEqual(await differenceSince(before), NOTHING);
  t.deepEqual(readdirSync(ociRoot()), []);
});

test('25 containers that are created, started, killed and deleted beside each other leave nothing', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ args: ['sleep', '1000'] });
  await crowd(AT_ONCE, async () => {
    const id = freshId();
    const step = async (...words: string[]) => t.is((await ociToFile(words)).exitCode, 0, words.join(' '));
    await step('create', '--bundle', bundle, id);
    await step('start', id);
    await step('exec', id, 'true');
    await step('kill', id, 'KILL');
    await waitUntil('its end', async () => (await stateOf(id))?.status === 'stopped');
    await step('delete', id);
  });
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a start that comes while another has connected, but not yet said go, is refused and ends nothing', async (t) => {
  const id = freshId();
  await ociToFile(['create', '--bundle', makeBundle({ args: ['sleep', '1000'] }), id]);
  const log = join(freshDirectory('strace'), 'log');
  const slow = [
    '-f',
    '-qq',
    '-o',
    log,
    '-e',
    'connect,unlink,unlinkat',
    '-e',
    'inject=unlink,unlinkat:delay_enter=1s',
  ];
  const first = execa('strace', [...slow, ...ociWords(['start', id])], { stdin: 'ignore' });
  await waitFor('its connection', () => existsSync(log) && readFileSync(log, 'utf8').includes('start.sock'));
  const second = await oci(['start', id]);
  t.regex(second.stderr, /: cannot start an already running container\n$/);
  t.is(second.exitCode, 1);
  t.is((await first).exitCode, 0);
  t.is((await stateOf(id))?.status, 'running');
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
});

test('of many who start, kill and delete one id at once each gets an answer, and nothing is left', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ args: ['sleep', '1000'] });
  for (let round = 0; round < 3; round++) {
    const id = freshId();
    const created = await Promise.all(
      Array.from({ length: 8 }, () => ociToFile(['create', '--bundle', bundle, id])),
    );
    t.is(created.filter(({ exitCode }) => exitCode === 0).length, 1);
    const started = await Promise.all(Array.from({ length: 8 }, () => ociToFile(['start', id])));
    t.is(started.filter(({ exitCode }) => exitCode === 0).length, 1);
    for (const { exitCode, read } of started) {
      if (exitCode !== 0) t.regex(read(), /: cannot start an already running container\n$/);
    }
    const ends = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        ociToFile(index % 2 === 0 ? ['delete', '--force', id] : ['create', '--bundle', bundle, id]),
      ),
    );
    for (const { exitCode, read } of ends) {
      if (exitCode !== 0) t.regex(read(), /: container with given ID already exists\n$/);
    }
    t.is((await oci(['delete', '--force', id])).exitCode, 0);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
  t.deepEqual(readdirSync(ociRoot()), []);
});
