import test from 'ava';
import { parseChallenges } from '../../../src/registry/auth/challenge.js';

const read = (header: string | string[] | undefined) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('challenges are read as RFC 9110 writes them', (t) => {
  t.deepEqual(read(undefined), []);
  t.deepEqual(read('Basic realm="a, \\"b\\""'), [['basic', { realm: 'a, "b"' }]]);
  t.deepEqual(read('Bearer realm="https://x/token",service="s",scope="repository:a:pull,push"'), [
    ['bearer', { realm: 'https://x/token', service: 's', scope: 'repository:a:pull,push' }],
  ]);
  t.deepEqual(read('Basic realm=x, BEARER Realm = "y"'), [
    ['basic', { realm: 'x' }],
    ['bearer', { realm: 'y' }],
  ]);
  t.deepEqual(read(['Negotiate', 'Basic realm="x"']), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
});

test('what breaks the grammar ends it', (t) => {
  t.deepEqual(read('realm="x"'), []);
  t.deepEqual(read('Bearer realm="x'), [['bearer', {}]]);
  t.deepEqual(read('"'), []);
});
