import test from 'ava';
import { toContainerId, toHostId } from '../../../src/engine/copy/id-map.js';

const MAPPINGS = [
  { containerID: 0, hostID: 1000, size: 1 },
  { containerID: 1, hostID: 100_000, size: 65_536 },
];

test('numbers are counted in the container or outside', (t) => {
  t.deepEqual(
    [0, 1, 33, 65_536, 65_537].map((id) => toHostId(MAPPINGS, id)),
    [1000, 100_000, 100_032, 165_535, undefined],
  );
  t.deepEqual(
    [1000, 100_000, 100_032, 0].map((id) => toContainerId(MAPPINGS, id)),
    [0, 1, 33, 65_534],
  );
  t.deepEqual([toHostId(undefined, 7), toHostId([], 7), toContainerId(undefined, 7)], [7, 7, 7]);
});
