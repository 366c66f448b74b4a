import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { type EngineEvent, enginePaths, events, openEngine, removeContainer, runDetached } from '@mini/cli';
import test from 'ava';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { waitFor, waitUntil } from '../support/wait.js';

const LOG = `${enginePaths(0, {}).runDirectory}/events`;

/** What the log has of a container, without what only the monitor tells. */
async function listActions(t: Parameters<typeof succeed>[0], id: string): Promise<string[]> {
  const words = ['events', '--stream=false', '--filter', `container=${id}`, '--format', '{{.Action}}'];
  const actions = (await succeed(t, ...words)).trim().split('\n');
  return actions.filter((action) => !/^(die|oom)$/.test(action));
}

test("everything that is done to a container is told, in docker's words", async (t) => {
  const { name, id } = await startDetached(t, 'trap "exit 3" TERM; while :; do sleep 0.1; done', [
    '-l',
    'tier=front',
  ]);
  const other = freshName();
  await succeed(t, 'pause', name);
  await succeed(t, 'unpause', name);
  await succeed(t, 'rename', name, other);
  await succeed(t, 'update', '--pids-limit', '50', other);
  await succeed(t, 'top', other);
  t.is((await mini(['exec', other, 'sh', '-c', 'exit 4'])).exitCode, 4);
  await succeed(t, 'kill', '-s', 'TERM', other);
  await succeed(t, 'wait', other);
  await succeed(t, 'start', other);
  await succeed(t, 'stop', '-t', '20', other);
  await succeed(t, 'restart', '-t', '20', other);
  await succeed(t, 'cp', '/etc/hostname', `${other}:/tmp`);
  const [directory, archive] = [freshDirectory(), `${freshDirectory()}/root.tar`];
  await succeed(t, 'cp', `${other}:/tmp/hostname`, directory);
  await succeed(t, 'export', '-o', archive, other);
  await succeed(t, 'kill', '-s', 'KILL', other);
  await succeed(t, 'wait', other);
  await succeed(t, 'rm', other);
  t.deepEqual(await listActions(t, id), [
    'create',
    'start',
    'pause',
    'unpause',
    'rename',
    'update',
    'top',
    'exec_create: sh -c exit 4',
    'exec_start: sh -c exit 4',
    'exec_die',
    'kill',
    'start',
    'kill',
    'stop',
    'start',
    'restart',
    'extract-to-dir',
    'archive-path',
    'export',
    'kill',
    'destroy',
  ]);
  const once = ['events', '--stream=false', '--filter', `container=${id}`];
  const [create = ''] = (await succeed(t, ...once, '--filter', 'event=create')).split('\n');
  t.regex(
    create,
    new RegExp(
      `^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z container create ${id} \\(image=${busyboxRoot()}, name=${name}, tier=front\\)$`,
    ),
  );
  const rename = await succeed(
    t,
    ...once,
    '--filter',
    'event=rename',
    '--format',
    '{{index .Attributes "oldName"}} {{.Name}}',
  );
  t.is(rename, `/${name} ${other}\n`);
  const execDie = JSON.parse(await succeed(t, ...once, '--filter', 'event=exec_die', '--format', 'json'));
  t.is(execDie.Actor.Attributes.exitCode, '4');
  t.regex(execDie.Actor.Attributes.execID, /^[0-9a-f]{64}$/);
  const kills = await succeed(
    t,
    ...once,
    '--filter',
    'event=kill',
    '--format',
    '{{.Actor.Attributes.signal}}',
  );
  t.is(kills, '15\n15\n9\n');
});

test('the end of a command is told whether anybody waits for it or not', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 1000');
  const events = ['events', '--stream=false', '--filter', `container=${id}`, '--format', 'json'];
  const listExecs = async () =>
    (await succeed(t, ...events))
      .split('\n')
      .filter((line) => line.includes('exec_'))
      .map((line) => JSON.parse(line));
  await succeed(t, 'exec', '-d', name, 'sh', '-c', 'exit 5');
  await waitUntil('its end', async () => (await listExecs()).length === 3);
  const client = startMini(['exec', name, 'sh', '-c', 'echo on; sleep 0.2; kill -9 $$']);
  await once(client.stdout!, 'data');
  client.kill('SIGKILL');
  await waitUntil('the end without a client', async () => (await listExecs()).length === 6);
  const execs = await listExecs();
  t.deepEqual(
    execs.map(({ Action }) => Action.replace(/:.*/, '')),
    ['exec_create', 'exec_start', 'exec_die', 'exec_create', 'exec_start', 'exec_die'],
  );
  t.deepEqual(
    execs.flatMap(({ Actor: { Attributes } }) => Attributes.exitCode ?? []),
    ['5', '137'],
  );
  t.is(new Set(execs.map(({ Actor: { Attributes } }) => Attributes.execID)).size, 2);
});

test('it goes on until it is interrupted; the reader of a pipe may go', async (t) => {
  const name = freshName();
  const following = startMini(['events', '--filter', `container=${name}`, '--format', '{{.Action}}']);
  let said = '';
  following.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // It is there when it has told of something.
  let tries = 0;
  await waitFor('the follower', () => {
    if (tries++ % 20 === 0) appendFileSync(LOG, `${line(name, 'create')}\n`);
    return said.includes('create\n');
  });
  said = '';
  t.is((await mini(['run', '--rm', '--name', name, '--rootfs', busyboxRoot(), 'true'])).exitCode, 0);
  await waitFor('the end', () => said.includes('destroy\n'));
  const told = said
    .trim()
    .split('\n')
    .filter((action) => action !== 'die');
  t.deepEqual(told.slice(-4), ['create', 'attach', 'start', 'destroy']);
  following.kill('SIGINT');
  await following;

  const head = startMini(['events', '--since', '1h'], { stdout: 'pipe' });
  head.stdout?.destroy();
  appendFileSync(LOG, `${line(name, 'start')}\n`.repeat(3));
  await once(head, 'exit');
  t.is((await head).exitCode, 0);
});

function line(name: string, action: string, timeNano = BigInt(Date.now()) * 1_000_000n): string {
  return `{"timeNano":"${timeNano}","id":"${'0'.repeat(64)}","name":"${name}","image":"host","labels":{},"action":"${action}","attributes":{}}`;
}

test('half lines, foreign lines and a clock that was set back', async (t) => {
  const name = freshName();
  const now = BigInt(Date.now()) * 1_000_000n;
  const half = line(name, 'half').slice(0, 120);
  const lines = ['\n', 'hello\n', '{"timeNano":"1"}\n', `${half}${line(name, 'one', now)}\n`];
  appendFileSync(
    LOG,
    [
      ...lines,
      `${line(name, 'two', now - 7_200_000_000_000n)}\n`,
      `${line(name, 'three', now)}\n`,
      half,
    ].join(''),
  );
  const show = ['events', '--filter', `container=${name}`, '--format', '{{.Action}}'];
  t.is(await succeed(t, ...show, '--stream=false'), 'one\ntwo\nthree\n');
  appendFileSync(LOG, '\n');
  t.is(await succeed(t, ...show, '--since', '1h', '--until', '0s'), 'one\nthree\n');
  t.is(await succeed(t, ...show, '--until', '1h'), 'two\n');
});

test('mistakes are told at once', async (t) => {
  t.deepEqual(
    await mini(['events', '--filter', 'colour=red']),
    failure('failed to filter by "colour=red": there is no filter "colour"'),
  );
  t.deepEqual(
    await mini(['events', '--format', '{{.Nope}}']),
    failure('failed to parse --format "{{.Nope}}": there is no field "Nope"'),
  );
  t.deepEqual(
    await mini(['events', '--since', 'noon']),
    failure(
      'failed to parse --since "noon": a time is needed\nhint: write it like 10m, 2026-01-31T10:00:00Z or 1769853600',
    ),
  );
});

test('a program iterates over events, and ends it with an AbortSignal', async (t) => {
  const engine = openEngine();
  const name = freshName();
  const controller = new AbortController();
  const told: EngineEvent[] = [];
  const follow = async () => {
    const filters = [['container', name]] as const;
    for await (const event of events({ filters, signal: controller.signal }, engine)) {
      told.push(event);
      if (event.action === 'destroy') controller.abort(new Error('enough'));
    }
  };
  const following = t.throwsAsync(follow(), { message: 'enough' });
  const { id } = await runDetached(
    { root: { kind: 'directory', path: busyboxRoot(), overlay: false }, name, command: ['sleep', '99'] },
    engine,
  );
  await removeContainer(id, { force: true }, engine);
  await following;
  const mine = told.filter(({ action }) => action !== 'die');
  t.deepEqual(
    mine.map(({ action, attributes }) => ({ action, attributes })),
    [
      { action: 'create', attributes: {} },
      { action: 'start', attributes: {} },
      { action: 'kill', attributes: { signal: '9' } },
      { action: 'destroy', attributes: {} },
    ],
  );
  t.true(told.every((event) => event.id === id && event.name === name && event.image === busyboxRoot()));
  t.true(readFileSync(LOG, 'utf8').includes(id));
});
