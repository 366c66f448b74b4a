import test from 'ava';
import {
  CONTAINER_LIST,
  describeContainer,
  describeStatus,
} from '../../../src/commands/lists/container-row.js';
import { formatList } from '../../../src/commands/lists/format-list.js';
import type { ContainerState } from '../../../src/engine/index.js';
import { sampleContainer, sampleListed, sampleRun } from '../../engine/life/sample-container.js';

const options = { nowMs: 8_000, isWhole: false, measureBytes: () => 1_180 };

test('the classic table', (t) => {
  t.is(
    formatList(CONTAINER_LIST, [describeContainer(sampleListed(), options)], undefined),
    'CONTAINER ID   IMAGE     COMMAND       CREATED         STATUS         PORTS     NAMES\n' +
      'abababababab   host      "sleep 100"   4 seconds ago   Up 3 seconds             web\n',
  );
});

test('all fields as JSON', (t) => {
  const { CreatedAt, ...fields } = JSON.parse(
    formatList(CONTAINER_LIST, [describeContainer(sampleListed(), options)], 'json'),
  );
  t.regex(CreatedAt, /^19(69|70)-/);
  t.deepEqual(fields, {
    Command: '"sleep 100"',
    ID: 'abababababab',
    Image: 'host',
    Labels: 'app=web,empty=',
    LocalVolumes: '0',
    Mounts: '/srv/data',
    Names: 'web',
    Networks: 'none',
    Ports: '',
    RunningFor: '4 seconds ago',
    Size: '1.18kB',
    State: 'running',
    Status: 'Up 3 seconds',
  });
});

test('long commands, ids and mounts are cut short unless told', (t) => {
  const { record } = sampleContainer();
  const process = { ...record.spec.process, args: ['sh', '-c', 'echo "one" two three'] };
  const mounts = [{ destination: '/x', source: '/a/very/long/path', options: ['rbind'] }];
  const listed = sampleListed({ record: { ...record, spec: { ...record.spec, process, mounts } } });
  const format = '{{.ID}} {{.Command}} {{.Mounts}} {{.Label "app"}}{{.Label "no"}}';
  const show = (isWhole: boolean) =>
    formatList(CONTAINER_LIST, [describeContainer(listed, { ...options, isWhole })], format);
  t.is(show(false), 'abababababab "sh -c echo \\"one\\" tw…" /a/very/long/p… web\n');
  t.is(show(true), `${'ab'.repeat(32)} "sh -c echo \\"one\\" two three" /a/very/long/path web\n`);
});

const exit = { exitCode: 3, signal: null, oomKilled: false, endedMs: 6_000 };
const statuses: readonly (readonly [ContainerState, string])[] = [
  [{ status: 'created' }, 'Created'],
  [{ status: 'running', ...sampleRun, pid: 1, startedMs: 0, monitorPid: 2 }, 'Up 8 seconds'],
  [{ status: 'running', ...sampleRun, pid: 1, startedMs: 0 }, 'Up 8 seconds (Unmonitored)'],
  [{ status: 'exited', ...sampleRun, startedMs: 0, exit }, 'Exited (3) 2 seconds ago'],
  [{ status: 'exited', ...sampleRun, startedMs: 0 }, 'Exited (unknown)'],
  [{ status: 'restarting', ...sampleRun, startedMs: 0, exit, monitorPid: 2 }, 'Restarting (3) 2 seconds ago'],
  [
    { status: 'running', ...sampleRun, health: 'starting', pid: 1, startedMs: 0, monitorPid: 2 },
    'Up 8 seconds (health: starting)',
  ],
  [
    { status: 'running', ...sampleRun, health: 'unhealthy', pid: 1, startedMs: 0, monitorPid: 2 },
    'Up 8 seconds (unhealthy)',
  ],
];
for (const [state, text] of statuses) {
  test(`status: ${text}`, (t) => t.is(describeStatus(sampleListed({ state }), 8_000), text));
}

test('a paused container is up', (t) => {
  t.is(describeStatus(sampleListed({}, 'paused'), 8_000), 'Up 3 seconds (Paused)');
});
