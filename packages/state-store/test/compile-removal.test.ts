import test from 'ava';
import { compileRemoval } from '../src/compile-removal.js';
import { listStorePaths } from '../src/store-paths.js';

test('a removal by the monitor takes the same way as ours: one rename decides', (t) => {
  t.deepEqual(compileRemoval(listStorePaths('/s'), 'abc'), [
    { op: 'lock', path: '/s/containers/abc/lock' },
    { op: 'rename', from: '/s/containers/abc', to: '/s/trash/abc.monitor' },
    { op: 'unlink_links', directory: '/s/names', content: '../containers/abc', lock: '/s/names.lock' },
    { op: 'remove_tree', path: '/s/trash/abc.monitor' },
    { op: 'unlink', path: '/s/journal/abc' },
  ]);
});
