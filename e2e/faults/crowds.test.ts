import {
  createContainer,
  openEngine,
  type RunRequest,
  removeContainer,
  runDetached,
  waitContainer,
} from '@mini/cli';
import test from 'ava';
import { freshName } from '../support/detached.js';
import { countDescriptors, countDescriptorsAfter, listChildren } from '../support/library.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

const root = () => ({ kind: 'directory', path: busyboxRoot(), overlay: false }) as const;

test.before(async () => {
  await mini(['run', '--rm', '--name', freshName(), '--rootfs', busyboxRoot(), 'true']);
});

/** Outcomes of as many starts of one name at once, in processes of their own. */
async function startAtOnce(name: string, count: number) {
  const words = ['run', '-d', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '100'];
  return Promise.all(Array.from({ length: count }, () => startMini(words)));
}

test('of many who start one name at once one wins, again and again, and the others leave nothing', async (t) => {
  const before = takeSnapshot();
  for (let round = 0; round < 3; round++) {
    const name = freshName();
    const results = await startAtOnce(name, 20);
    const [winner, ...others] = results.filter(({ exitCode }) => exitCode === 0);
    t.deepEqual(others, []);
    const id = String(winner?.stdout).trim();
    for (const { exitCode, stderr } of results.filter((each) => each !== winner)) {
      t.is(exitCode, 125);
      t.regex(
        String(stderr),
        new RegExp(`^failed to reserve name "${name}": it is in use by container "${id}"\\n`),
      );
    }
    t.is((await mini(['ps', '-aq', '--no-trunc', '-f', `name=${name}`])).stdout, `${id}\n`);
    t.is((await mini(['rm', '-f', name])).exitCode, 0);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('the same in one process, twenty times', async (t) => {
  const engine = openEngine();
  const before = takeSnapshot();
  for (let round = 0; round < 20; round++) {
    const request: RunRequest = { root: root(), name: freshName(), command: ['sleep', '100'] };
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => runDetached(request, engine)));
    const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    t.is(winners.length, 1);
    for (const result of results) {
      if (result.status === 'rejected') t.is(result.reason.code, 'state-conflict', String(result.reason));
    }
    await removeContainer(winners[0]!.id, { force: true }, engine);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('two hundred lifecycles, twenty-five at once: none fails, nothing leaks', async (t) => {
  const engine = openEngine();
  const before = takeSnapshot();
  const live = async () => {
    const { id } = await runDetached({ root: root(), command: ['sh', '-c', 'exit 7'] }, engine);
    const exitCode = await waitContainer(id, {}, engine);
    await removeContainer(id, {}, engine);
    return exitCode;
  };
  // The first opens what the process keeps: the sealed helpers.
  await live();
  await waitFor('the first monitor', () => listChildren().length === 0);
  const descriptors = countDescriptors();
  const codes: unknown[] = [];
  const work = async () => {
    for (let number = 0; number < 8; number++) codes.push(await live());
  };
  await Promise.all(Array.from({ length: 25 }, work));
  t.deepEqual([...new Set(codes)], [7]);
  t.is(codes.length, 200);
  await waitFor('the last monitors', () => listChildren().length === 0);
  t.true((await countDescriptorsAfter(descriptors)) <= descriptors);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('created and removed in a crowd of processes', async (t) => {
  const before = takeSnapshot();
  const engine = openEngine();
  const { id } = await createContainer({ root: root(), command: ['true'] }, engine);
  // All remove the same: each says that it is gone, whoever did it.
  const results = await Promise.all(Array.from({ length: 10 }, () => startMini(['rm', '-f', id])));
  t.deepEqual(
    results.map(({ exitCode, stderr }) => ({ exitCode, stderr })),
    results.map(() => ({ exitCode: 0, stderr: '' })),
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});
