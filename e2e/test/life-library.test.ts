import { readFileSync, writeFileSync } from 'node:fs';
import {
  inspectContainer,
  listContainers,
  listProcesses,
  listTop,
  logs,
  openEngine,
  pauseContainer,
  pruneContainers,
  type RunRequest,
  removeContainer,
  renameContainer,
  runDetached,
  selectContainers,
  stats,
  unpauseContainer,
  updateContainer,
  waitContainer,
} from '@mini/cli';
import test, { type ExecutionContext } from 'ava';
import { freshName } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';

async function start(t: ExecutionContext, script: string, more: Partial<RunRequest> = {}) {
  const root = { kind: 'directory', path: busyboxRoot(), overlay: false } as const;
  const container = await runDetached({ root, command: ['sh', '-c', script], name: freshName(), ...more });
  t.teardown(() => removeContainer(container.id, { force: true }));
  return container;
}

test('a log is an iterator of pieces, with their stream and time', async (t) => {
  const before = Date.now();
  const { id } = await start(t, 'printf "a\\0b"; echo e >&2; exit 3');
  t.is(await waitContainer(id), 3);
  const pieces = [];
  for await (const { stream, timeMs, bytes } of logs(id)) {
    t.true(timeMs >= before - 1_000 && timeMs <= Date.now() + 1_000);
    pieces.push(`${stream} ${Buffer.from(bytes).toString('latin1')}`);
  }
  t.deepEqual(pieces.sort(), ['stderr e\n', 'stdout a\0b']);
});

test('following a log ends by an AbortSignal, and by leaving the loop', async (t) => {
  const { id } = await start(t, 'while :; do echo x; sleep 0.05; done');
  const controller = new AbortController();
  let count = 0;
  const follow = async () => {
    for await (const { stream } of logs(id, { follow: true, signal: controller.signal })) {
      t.is(stream, 'stdout');
      if (++count === 3) controller.abort(new Error('enough'));
    }
  };
  await t.throwsAsync(follow, { message: 'enough' });
  t.true(count >= 3);
  for await (const _ of logs(id, { follow: true })) break;
  await t.throwsAsync(async () => logs('e2e-gone').next(), {
    message: 'failed to find container "e2e-gone": no such container',
  });
});

test('what a container uses is typed, and ends by an AbortSignal', async (t) => {
  const { id, name } = await start(t, 'while :; do :; done');
  const controller = new AbortController();
  let looks = 0;
  const look = async () => {
    for await (const [used] of stats({ containers: [name], intervalMs: 100, signal: controller.signal })) {
      t.like(used, { id, name, pids: 1, network: { receivedBytes: 0, sentBytes: 0 } });
      t.true(used!.cpuPercent > 0);
      t.true(used!.memoryBytes > 0);
      if (++looks === 2) controller.abort(new Error('enough'));
    }
  };
  await t.throwsAsync(look, { message: 'enough' });
  t.is(looks, 2);
  const ends = stats({ containers: [name], intervalMs: 50 });
  await ends.next();
  await removeContainer(id, { force: true });
  t.like(await ends.next(), { done: true });
});

test('the rest of a life', async (t) => {
  const label = freshName();
  const { id, pid } = await start(t, 'sleep 100; true', { labels: { [label]: '' } });
  const name = freshName();
  renameContainer(id, name);
  pauseContainer(name);
  t.is(inspectContainer(name).State.Status, 'paused');
  const [listed] = selectContainers({ filters: [['label', label]] });
  t.like(listed, { status: 'paused', container: { id, name } });
  unpauseContainer(name);
  t.deepEqual(updateContainer(name, { resources: { pids: { limit: 5 } } }), []);
  t.is(inspectContainer(name, { size: true }).HostConfig.PidsLimit, 5);
  const container = listContainers().find((each) => each.id === id)!;
  const [first] = listProcesses(openEngine(), container);
  t.like(first, { pid, containerPid: 1, command: 'sh' });
  t.deepEqual(listTop(name, ['-o', 'pid']).Processes[0], [String(pid)]);
  t.deepEqual((await pruneContainers({ filters: [['label', label]] })).ids, []);
  await removeContainer(id, { force: true });
});

test('a record that cannot be read is told, and hides no other', async (t) => {
  const broken = await start(t, 'sleep 100');
  const other = await start(t, 'sleep 100');
  const path = `/var/lib/mini/containers/${broken.id}/record.json`;
  const record = readFileSync(path);
  writeFileSync(path, record.subarray(0, 20));
  const { stdout, stderr, exitCode } = await mini(['ps', '-q', '--no-trunc']);
  writeFileSync(path, record);
  t.true(stdout.split('\n').includes(other.id));
  t.false(stdout.includes(broken.id));
  t.is(stderr, `failed to read record "${path}": it is not valid JSON, or cut short\n`);
  t.is(exitCode, 1);
});
