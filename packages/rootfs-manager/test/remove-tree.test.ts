import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { removeTree } from '../src/index.js';
import { makeTree } from './temporary-tree.js';

test('closed directories are removed too, and what a link leads to stays', (t) => {
  const outside = makeTree(t, { file: 'x' });
  const tree = makeTree(t, {
    'c/upper/closed/file': 'x',
    'c/upper/link': `-> ${outside}`,
    'c/upper/closed': [null, 0],
    'c/work/work': [null, 0],
  });
  removeTree(join(tree, 'c'));
  t.false(existsSync(join(tree, 'c')));
  t.deepEqual(readdirSync(outside), ['file']);
  t.notThrows(() => removeTree(join(tree, 'c')));
});

test('what cannot be removed is told', (t) => {
  t.throws(() => removeTree('/proc/self/fdinfo'), {
    code: 'root-failed',
    message:
      /^failed to remove "\/proc\/self\/fdinfo": (EPERM operation not permitted|EACCES permission denied|ENOTEMPTY directory not empty)$/,
  });
});
