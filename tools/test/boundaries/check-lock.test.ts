import test from 'ava';
import { checkLock } from '../../src/boundaries/check-lock.js';

const nx = { optionalDependencies: { '@nx/linux': '1', '@nx/darwin': '1' } };

test('optional packages may be locked beside their owner or above it', (t) => {
  const packages = {
    'node_modules/nx': nx,
    'node_modules/@nx/linux': {},
    'node_modules/nx/node_modules/@nx/darwin': {},
  };
  t.deepEqual(checkLock({ packages }), []);
});

test('one that is left out is named with its owner', (t) => {
  t.deepEqual(checkLock({ packages: { 'node_modules/nx': nx, 'node_modules/@nx/linux': {} } }), [
    'package-lock.json: lacks "@nx/darwin", an optional dependency of "node_modules/nx"',
  ]);
});
