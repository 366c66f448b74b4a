import { type Linux, MOUNT_ATTR, MS } from '@mini/contracts';
import test from 'ava';
import {
  compileFinalMounts,
  compilePropagation,
  compileRootfs,
  DEFAULT_MASKED_PATHS,
  DEFAULT_READONLY_PATHS,
  listThrottlePaths,
} from '../src/index.js';
import { makeSpec } from './spec.js';

test('masks, then read-only paths, then the root', (t) => {
  const spec = makeSpec({
    root: { path: 'rootfs', readonly: true },
    linux: { maskedPaths: ['/proc/kcore'], readonlyPaths: ['/proc/sys'], rootfsPropagation: 'shared' },
  });
  const tolerates = ['ENOENT', 'ENOTDIR'];
  const root = { op: 'mount_attributes', target: '/', attributesClear: 0, recursive: 0 } as const;
  t.deepEqual(compileFinalMounts(spec), [
    { op: 'mask', path: '/proc/kcore', origin: 'linux.maskedPaths[0]', tolerates },
    { op: 'read_only', path: '/proc/sys', origin: 'linux.readonlyPaths[0]', tolerates },
    { ...root, attributesSet: MOUNT_ATTR.RDONLY, propagation: 0, origin: 'root.readonly' },
    { ...root, attributesSet: 0, propagation: MS.SHARED, origin: 'linux.rootfsPropagation' },
  ]);
  t.deepEqual(compileFinalMounts(makeSpec({ linux: { rootfsPropagation: 'rslave' } })), [
    { ...root, attributesSet: 0, recursive: 1, propagation: MS.SLAVE, origin: 'linux.rootfsPropagation' },
  ]);
  t.deepEqual(compileFinalMounts(makeSpec({ linux: { rootfsPropagation: 'rprivate' } })), []);
  t.deepEqual(compileFinalMounts(makeSpec()), []);
});

test('relative paths are refused', (t) => {
  const masked = makeSpec({ linux: { maskedPaths: ['/ok', 'proc/kcore', 'x'] } });
  t.is(
    t.throws(() => compileFinalMounts(masked)).message,
    'failed to compile the masked paths: linux.maskedPaths[1] "proc/kcore" is not an absolute path; ' +
      'linux.maskedPaths[2] "x" is not an absolute path',
  );
  const readonly = makeSpec({ linux: { readonlyPaths: ['x'] } });
  t.is(
    t.throws(() => compileFinalMounts(readonly)).message,
    'failed to compile the read-only paths: linux.readonlyPaths[0] "x" is not an absolute path',
  );
});

test('the namespace starts private unless the Spec says otherwise', (t) => {
  const compile = (rootfsPropagation?: Linux['rootfsPropagation']) =>
    compilePropagation(makeSpec({ linux: rootfsPropagation ? { rootfsPropagation } : {} }));
  t.like(compile(), { op: 'propagation', propagation: MS.PRIVATE });
  t.like(compile('slave'), { propagation: MS.SLAVE });
  t.like(compile('shared'), { propagation: MS.SLAVE });
  t.like(compile('unbindable'), { propagation: MS.PRIVATE });
  t.like(compile('rprivate'), { propagation: MS.PRIVATE });
  t.like(compile('rslave'), { propagation: MS.SLAVE });
  t.is(
    t.throws(() => compile('follow' as 'private')).message,
    'failed to compile the propagation: linux.rootfsPropagation "follow" is not one of private, slave, shared, unbindable',
  );
});

test('the whole section has its order', (t) => {
  const spec = makeSpec({
    mounts: [{ destination: '/dev', type: 'tmpfs' }],
    linux: { maskedPaths: ['/proc/kcore'] },
  });
  const steps = compileRootfs(spec, { rootSteps: [{ op: 'root_fd', fd: 5 }] });
  t.deepEqual(
    [...new Set(steps.map(({ op }) => op))],
    ['propagation', 'root_fd', 'mount', 'mknod', 'symlink', 'pivot_root', 'mask'],
  );
});

test('the default lists are sorted, absolute and without doubles', (t) => {
  for (const paths of [DEFAULT_MASKED_PATHS, DEFAULT_READONLY_PATHS]) {
    t.deepEqual([...new Set(paths)].sort(), [...paths]);
    t.true(paths.every((path) => path.startsWith('/')));
  }
});

test('only processors have a thermal_throttle', (t) => {
  t.deepEqual(listThrottlePaths(['cpu0', 'cpufreq', 'cpuidle', 'cpu12', 'online']), [
    '/sys/devices/system/cpu/cpu0/thermal_throttle',
    '/sys/devices/system/cpu/cpu12/thermal_throttle',
  ]);
});
