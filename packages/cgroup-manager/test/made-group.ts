import type { ExecutionContext } from 'ava';
import { type Cgroup, createCgroup } from '../src/index.js';
import { FakeCgroupTree } from './fake-cgroup-tree.js';
import { makeHybridLayout } from './layouts.js';

/** The group `/mini/a` in a tree of its own, and what was written since it was made. */
export function makeGroup(
  t: ExecutionContext,
  makeLayout = makeHybridLayout,
): { tree: FakeCgroupTree; cgroup: Cgroup } {
  const tree = new FakeCgroupTree(makeLayout);
  t.teardown(() => tree.remove());
  const cgroup = createCgroup(tree.layout, '/mini/a', {}, { files: tree.files });
  tree.writes.length = 0;
  return { tree, cgroup };
}
