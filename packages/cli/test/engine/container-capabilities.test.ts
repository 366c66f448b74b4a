import { CAPABILITIES } from '@mini/contracts';
import test from 'ava';
import { parseBoundingSet } from '../../src/engine/available-capabilities.js';
import { resolveCapabilities } from '../../src/engine/container-capabilities.js';

test('the default set has 14, none that the kernel would be lost by', (t) => {
  const names = resolveCapabilities([], []);
  t.is(names.length, 14);
  t.false(names.includes('CAP_SYS_ADMIN'));
});

test('names are added and dropped', (t) => {
  t.true(resolveCapabilities(['CAP_NET_ADMIN'], []).includes('CAP_NET_ADMIN'));
  t.false(resolveCapabilities([], ['CAP_CHOWN']).includes('CAP_CHOWN'));
});

test('ALL is the starting point, names are exceptions', (t) => {
  t.deepEqual(resolveCapabilities([], ['ALL']), []);
  t.deepEqual(resolveCapabilities(['CAP_KILL'], ['ALL']), ['CAP_KILL']);
  t.deepEqual(resolveCapabilities(['ALL'], []), [...CAPABILITIES]);
  t.deepEqual(
    resolveCapabilities(['ALL'], ['CAP_SYS_ADMIN']),
    CAPABILITIES.filter((name) => name !== 'CAP_SYS_ADMIN'),
  );
});

test('what the machine lacks is left out, unless it is asked for by name', (t) => {
  t.deepEqual(resolveCapabilities(['ALL'], [], ['CAP_KILL']), ['CAP_KILL']);
  t.deepEqual(resolveCapabilities([], [], ['CAP_KILL', 'CAP_SYS_ADMIN']), ['CAP_KILL']);
  t.deepEqual(resolveCapabilities(['CAP_SYS_BOOT'], ['ALL'], ['CAP_KILL']), ['CAP_SYS_BOOT']);
});

test('the bounding set is read from a status file', (t) => {
  t.deepEqual(parseBoundingSet('Name:\tx\nCapBnd:\t0000000000000021\n'), ['CAP_CHOWN', 'CAP_KILL']);
  t.deepEqual(parseBoundingSet('Name:\tx\n'), CAPABILITIES);
});
