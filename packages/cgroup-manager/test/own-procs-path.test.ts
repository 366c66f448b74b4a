import test from 'ava';
import { findOwnProcsPath } from '../src/index.js';

const tree = (version: 1 | 2, mountPoint: string, ownPath: string) => ({
  version,
  controllers: [],
  mountPoint,
  mountRoot: '/',
  ownPath,
});

test('the file of our own group, in the v2 tree of a hybrid machine if there is one', (t) => {
  const memory = tree(1, '/sys/fs/cgroup/memory', '/a/b');
  t.is(findOwnProcsPath({ mode: 'v1', hierarchies: [memory] }), '/sys/fs/cgroup/memory/a/b/cgroup.procs');
  const hybrid = [memory, tree(2, '/sys/fs/cgroup/unified', '/')];
  t.is(findOwnProcsPath({ mode: 'hybrid', hierarchies: hybrid }), '/sys/fs/cgroup/unified/cgroup.procs');
});

test('nothing joins on pure v2, or without any tree', (t) => {
  t.is(findOwnProcsPath({ mode: 'v2', hierarchies: [tree(2, '/sys/fs/cgroup', '/')] }), undefined);
  t.is(findOwnProcsPath({ mode: 'v1', hierarchies: [] }), undefined);
});
