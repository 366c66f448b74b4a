import test from 'ava';
import type { EngineEvent } from '../../../src/engine/events/event-line.js';
import { compileEventFilter, EVENT_FILTERS } from '../../../src/engine/events/filter-events.js';
import { mergeEvents } from '../../../src/engine/events/merge-events.js';
import type { ContainerFilter } from '../../../src/engine/life/filter-containers.js';

function event(change: Partial<EngineEvent> = {}): EngineEvent {
  const plain = {
    type: 'container' as const,
    timeNano: 1n,
    id: 'ab12',
    name: 'web',
    image: 'host',
    action: 'start',
  };
  return { ...plain, labels: { tier: 'front', zone: '1' }, attributes: {}, ...change };
}

function passes(filters: ContainerFilter[], change: Partial<EngineEvent> = {}): boolean {
  return compileEventFilter(filters)(event(change));
}

test('a container is found by its name or the beginning of its id', (t) => {
  t.true(passes([['container', 'web']]));
  t.true(passes([['container', 'ab']]));
  t.false(passes([['container', 'we']]));
  t.false(passes([['container', '']]));
});

test('actions are whole, but for those that say more', (t) => {
  t.true(passes([['event', 'start']]));
  t.false(passes([['event', 'sta']]));
  const exec = { action: 'exec_create: sh -c ls' };
  t.true(passes([['event', 'exec_create']], exec));
  t.true(passes([['event', 'exec_create: sh -c ls']], exec));
  t.false(passes([['event', 'exec']], exec));
  t.true(passes([['event', 'health_status']], { action: 'health_status: healthy' }));
});

test('of one key one is enough, of several all are needed, and of labels all', (t) => {
  const either: ContainerFilter[] = [
    ['event', 'die'],
    ['event', 'start'],
  ];
  t.true(passes(either));
  t.true(passes([...either, ['image', 'host'], ['type', 'container']]));
  t.false(passes([...either, ['image', 'alpine']]));
  t.false(passes([['type', 'image']]));
  t.true(
    passes([
      ['label', 'tier=front'],
      ['label', 'zone'],
    ]),
  );
  t.false(
    passes([
      ['label', 'tier=front'],
      ['label', 'zone=2'],
    ]),
  );
});

test('a volume is found by its name, and is no container', (t) => {
  const volume = { type: 'volume', id: 'web', name: 'web', image: '' } as const;
  t.true(passes([['volume', 'web']], volume));
  t.false(passes([['volume', 'we']], volume));
  t.false(passes([['volume', 'web']]));
  t.true(passes([['type', 'volume']], volume));
  t.false(passes([['container', 'web']], volume));
  t.false(passes([['image', '']], volume));
});

test('an unknown filter is refused', (t) => {
  t.deepEqual(EVENT_FILTERS, ['container', 'event', 'image', 'label', 'type', 'volume']);
  t.throws(() => compileEventFilter([['toString', 'x']]), {
    code: 'bad-filter',
    message: 'failed to filter by "toString=x": there is no filter "toString"',
  });
});

test('lists are merged by time, each in its own order', (t) => {
  const at = (timeNano: bigint, name: string) => event({ timeNano, name });
  const merged = mergeEvents([[at(5n, 'a'), at(1n, 'b'), at(9n, 'c')], [], [at(2n, 'd'), at(7n, 'e')]]);
  t.deepEqual(
    merged.map(({ name }) => name),
    ['d', 'a', 'b', 'e', 'c'],
  );
  t.deepEqual(mergeEvents([]), []);
});
