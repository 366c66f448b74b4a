import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { detectCgroupLayout, openCgroup } from '@mini/cgroup-manager';
import test from 'ava';
import { startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { isAlive, readStatus } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

function pidsOf(id: string): number[] {
  return openCgroup(detectCgroupLayout(), `/mini/${id}`)?.pids() ?? [];
}

test.before(async () => {
  await mini(['run', '--rm', '--name', 'e2e-first', '--rootfs', busyboxRoot(), 'true']);
});

test('a PID 1 that ignores TERM is killed by stop when the time is over, and at once by rm -f', async (t) => {
  const script = 'trap "" TERM; echo ready; while :; do sleep 1; done';
  const stopped = await startDetached(t, script);
  const removed = await startDetached(t, script);
  for (const { name } of [stopped, removed]) {
    while ((await mini(['logs', name])).stdout !== 'ready\n') await sleep(20);
  }
  await succeed(t, 'stop', '-t', '1', stopped.name);
  const exit = await succeed(t, 'inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', stopped.name);
  t.is(exit, 'exited 137\n');
  await succeed(t, 'rm', '-f', removed.name);
  t.deepEqual(pidsOf(removed.id), []);
});

test('orphans inside end with their container, those of the host PID namespace too', async (t) => {
  const before = takeSnapshot();
  for (const flags of [[], ['--pid', 'host']]) {
    const { name, id } = await startDetached(t, '(sleep 100 &) ; (setsid sleep 100 &); sleep 100', flags);
    const pids = await waitFor('all of them', () => {
      const sleeping = pidsOf(id).filter((pid) => readStatus(pid).Name === 'sleep');
      return sleeping.length === 3 && sleeping;
    });
    await succeed(t, 'rm', '-f', name);
    t.deepEqual(pids.filter(isAlive), []);
  }
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('what a first process leaves behind in the host PID namespace ends with the container', async (t) => {
  const before = takeSnapshot();
  const { name, id } = await startDetached(t, '(setsid sleep 100 &); read _', ['-i', '--pid', 'host']);
  const orphan = await waitFor('the orphan', () =>
    pidsOf(id).find((pid) => readStatus(pid).Name === 'sleep'),
  );
  await succeed(t, 'kill', name);
  t.is(await succeed(t, 'wait', name), '137\n');
  t.false(isAlive(orphan));
  await succeed(t, 'rm', name);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('zombies in a container hold nothing up', async (t) => {
  const before = takeSnapshot();
  // A PID 1 that never waits: what it is the parent of stays a zombie.
  const { name, id } = await startDetached(t, '(sleep 0.1 &); exec sleep 100');
  const [first = 0] = pidsOf(id);
  await waitFor('the zombie', () => readFileSync(`/proc/${first}/task/${first}/children`, 'utf8') !== '');
  t.is(await succeed(t, 'ps', '-q', '--no-trunc', '-f', `name=${name}`), `${id}\n`);
  t.is((await mini(['exec', name, 'true'])).exitCode, 0);
  await succeed(t, 'stop', '-t', '0', name);
  await succeed(t, 'rm', name);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a zombie is not taken for a container that runs', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 100');
  const [pid = 0] = pidsOf(id);
  const monitor = Number(readStatus(pid).PPid);
  // Its parent stands still and cannot take its end.
  process.kill(monitor, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await waitFor('the zombie', () => readStatus(pid).State?.startsWith('Z') || undefined);
  process.kill(monitor, 'SIGKILL');
  await waitFor('its end', () => !isAlive(monitor));
  t.is(await succeed(t, 'ps', '-a', '--format', '{{.Status}}', '-f', `name=${name}`), 'Exited (unknown)\n');
  await succeed(t, 'rm', name);
});
