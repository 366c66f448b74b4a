import test from 'ava';
import {
  type ContainerFilter,
  filterContainers,
  type ListedContainer,
} from '../../../src/engine/life/filter-containers.js';
import { sampleContainer, sampleListed, sampleRun } from './sample-container.js';

const { record } = sampleContainer();
const old = sampleListed({
  id: 'a1'.repeat(32),
  name: 'old-db',
  record: { ...record, createdMs: 1_000, labels: { app: 'db' }, image: '/srv/root' },
  state: {
    status: 'exited',
    ...sampleRun,
    startedMs: 1_500,
    exit: { exitCode: 137, signal: 'SIGKILL', oomKilled: false, endedMs: 2_000 },
  },
});
const lost = sampleListed({
  id: 'c3'.repeat(32),
  name: 'lost',
  record: { ...record, createdMs: 2_000, labels: {} },
  state: { status: 'exited', ...sampleRun, startedMs: 2_500 },
});
const web = sampleListed({ id: 'b2'.repeat(32) }, 'paused');
const all: readonly ListedContainer[] = [web, lost, old];

const names = (...filters: ContainerFilter[]) =>
  filterContainers(all, filters).map(({ container }) => container.name);

const cases: readonly (readonly [string, readonly ContainerFilter[], readonly string[]])[] = [
  ['nothing', [], ['web', 'lost', 'old-db']],
  ['part of an id', [['id', 'a1a1']], ['old-db']],
  ['part of a name', [['name', 'o']], ['lost', 'old-db']],
  ['a name from its begin', [['name', '^/old']], ['old-db']],
  ['a label', [['label', 'app']], ['web', 'old-db']],
  ['a label and its value', [['label', 'app=db']], ['old-db']],
  ['an empty value', [['label', 'empty=']], ['web']],
  [
    'two labels at once',
    [
      ['label', 'app'],
      ['label', 'empty'],
    ],
    ['web'],
  ],
  ['a key of every object', [['label', 'constructor']], []],
  ['a status', [['status', 'paused']], ['web']],
  [
    'two statuses',
    [
      ['status', 'paused'],
      ['status', 'exited'],
    ],
    ['web', 'lost', 'old-db'],
  ],
  ['an exit code', [['exited', '137']], ['old-db']],
  ['an end that nobody saw is not 0', [['exited', '0']], []],
  ['an end that nobody saw', [['exited', 'unknown']], ['lost']],
  ['an image', [['ancestor', '/srv/root']], ['old-db']],
  ['what was made before', [['before', 'lost']], ['old-db']],
  ['what was made since, by part of an id', [['since', 'c3c3']], ['web']],
  ['a mount by its source', [['volume', '/srv/data']], ['web', 'lost', 'old-db']],
  ['a network', [['network', 'host']], []],
  [
    'different keys',
    [
      ['label', 'app'],
      ['status', 'exited'],
    ],
    ['old-db'],
  ],
];
for (const [title, filters, expected] of cases) {
  test(`filter by ${title}`, (t) => t.deepEqual(names(...filters), [...expected]));
}

const mistakes: readonly (readonly [ContainerFilter, string])[] = [
  [['x', 'y'], 'failed to filter by "x=y": there is no filter "x"'],
  [['constructor', 'y'], 'failed to filter by "constructor=y": there is no filter "constructor"'],
  [
    ['status', 'up'],
    'failed to filter by "status=up": the status must be one of created, running, paused, exited, restarting, removing, dead',
  ],
  [['exited', 'x'], 'failed to filter by "exited=x": an exit code is needed'],
  [['name', '('], 'failed to filter by "(": it is not a regular expression'],
  [['since', 'gone'], 'failed to find container "gone": no such container'],
];
for (const [filter, message] of mistakes) {
  test(`no filter ${filter.join('=')}`, (t) => t.is(t.throws(() => names(filter))?.message, message));
}
