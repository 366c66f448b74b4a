import type { CgroupLayout } from '@mini/cgroup-manager';
import type { Device } from '@mini/contracts';
import test from 'ava';
import { buildResources, checkResources, withDefaultPids } from '../../src/engine/container-resources.js';
import type { RunOptions } from '../../src/engine/run-options.js';

const root = { uid: 0 };
const options = (change: Partial<RunOptions>) => ({ resources: {}, devices: [], ...change }) as RunOptions;
const fuse: Device = { type: 'c', path: '/dev/fuse', major: 10, minor: 229 };

test('memory and swap together are twice the memory, unless told', (t) => {
  const swapOf = (memory: object) =>
    buildResources(options({ resources: { memory } }), [], { uid: 1 }).memory?.swap;
  t.is(swapOf({ limit: 100 }), 200);
  t.is(swapOf({ limit: 100, swap: 150 }), 150);
  t.is(swapOf({ limit: 100, swap: -1 }), -1);
  t.is(swapOf({ limit: -1 }), undefined);
  t.is(swapOf({ reservation: 10 }), undefined);
});

test('of the devices only the usual ones and the requested ones can be opened', (t) => {
  const request = { hostPath: '/dev/fuse', containerPath: '/dev/fuse', access: 'r' };
  const { devices = [] } = buildResources(options({ devices: [request] }), [fuse], root);
  t.deepEqual(devices[0], { allow: false });
  t.deepEqual(devices.at(-1), { allow: true, type: 'c', major: 10, minor: 229, access: 'r' });
  const opened = devices.filter(({ allow, access }) => allow && access !== 'm');
  t.deepEqual(
    opened.map(({ type, major, minor }) => `${type} ${major}:${minor ?? '*'}`),
    ['c 1:3', 'c 1:5', 'c 1:7', 'c 5:0', 'c 1:8', 'c 1:9', 'c 5:1', 'c 5:2', 'c 136:*', 'c 10:229'],
  );
});

test('an ordinary user gets no device rules and so needs no group', (t) => {
  t.deepEqual(buildResources(options({}), [], { uid: 1000 }), {});
});

test('processes are limited unless told, where that is possible', (t) => {
  const layout = { mode: 'v2', hierarchies: [{ controllers: ['pids'] }] } as unknown as CgroupLayout;
  const none = { mode: 'v2', hierarchies: [] } as const;
  t.deepEqual(withDefaultPids({}, layout, root), { pids: { limit: 2048 } });
  t.deepEqual(withDefaultPids({ pids: { limit: -1 } }, layout, root), { pids: { limit: -1 } });
  t.deepEqual(withDefaultPids({}, layout, { uid: 1000 }), {});
  t.deepEqual(withDefaultPids({}, none, root), {});
});

test('limits that this machine cannot set are named', (t) => {
  const layout = { mode: 'v2', hierarchies: [] } as const;
  t.notThrows(() => checkResources(layout, { devices: [{ allow: false }] }));
  const error = t.throws(() => checkResources(layout, { memory: { limit: 1 } }));
  t.regex(
    error?.message ?? '',
    /^failed to limit resources: the memory limit of 1 bytes is less than 6291456 bytes/,
  );
});
