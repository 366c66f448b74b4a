import { decodePlan, encodePlan, isRuntimeError, MOUNT_ATTR, type Step } from '@mini/contracts';
import test from 'ava';
import fc from 'fast-check';
import { compileDevices, compileFinalMounts, compileMounts, parseMountOptions } from '../src/index.js';
import { makeSpec } from './spec.js';

const words =
  'ro rw nosuid suid nodev dev noexec exec noatime atime relatime strictatime nodiratime rro rrw rnosuid rnoatime ' +
  'bind rbind remount private rslave shared runbindable sync lazytime size=1k mode=755 tmpcopyup nonsense';
const option = fc.constantFrom(...words.split(' '));
const path = fc.constantFrom(
  '/',
  '/a',
  '/a/b',
  '/dev',
  '/dev/x',
  '/proc',
  '/proc/x',
  'rel',
  '',
  '/a/../b',
  '//a//',
);
const mount = fc.record(
  {
    destination: path,
    type: fc.constantFrom('tmpfs', 'proc', 'sysfs', 'bind', 'none', 'mqueue', 'cgroup', ''),
    source: path,
    options: fc.array(option, { maxLength: 6 }),
  },
  { requiredKeys: ['destination'] },
);
const cgroup = {
  mode: 'v1',
  hierarchies: [{ version: 1, controllers: ['cpu', 'cpuacct'], mountPoint: '/sys/fs/cgroup/cpu,cpuacct' }],
} as const;

test('no bit is both set and cleared, and an access time is set only where all are cleared', (t) => {
  fc.assert(
    fc.property(fc.array(option), (options) => {
      const parsed = parseMountOptions(options);
      for (const [set, clear] of [
        [parsed.attributesSet, parsed.attributesClear],
        [parsed.recursiveSet, parsed.recursiveClear],
      ] as const) {
        t.is(set & clear & ~MOUNT_ATTR.ATIME_MASK, 0);
        if ((set & MOUNT_ATTR.ATIME_MASK) !== 0) t.is(clear & MOUNT_ATTR.ATIME_MASK, MOUNT_ATTR.ATIME_MASK);
      }
    }),
  );
});

test('any mounts give steps that survive the wire, or one error that names them', (t) => {
  fc.assert(
    fc.property(fc.array(mount, { maxLength: 5 }), (mounts) => {
      const spec = makeSpec({ mounts });
      try {
        const steps: Step[] = [
          ...compileMounts(spec, { cgroup }),
          ...compileDevices(spec),
          ...compileFinalMounts(spec),
        ];
        t.is(decodePlan(encodePlan({ steps })).steps.length, steps.length);
        t.true(steps.every((step) => !('target' in step) || step.target.startsWith('/')));
      } catch (error) {
        t.true(isRuntimeError(error) && error.code === 'bad-spec', String(error));
        t.regex((error as Error).message, /^failed to compile the mounts: mounts\[\d\]\./);
      }
    }),
  );
});
