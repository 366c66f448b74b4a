import { type Device, makeDeviceNumber } from '@mini/contracts';
import test from 'ava';
import { compileDevices } from '../src/index.js';
import { makeSpec, withMounts } from './spec.js';

const dev = { destination: '/dev', type: 'tmpfs' };
const withDevices = (...devices: Device[]) => makeSpec({ mounts: [dev], linux: { devices } });

test('the default nodes and links', (t) => {
  const steps = compileDevices(withMounts(dev));
  t.deepEqual(
    steps.map((step) => {
      if (step.op === 'mknod') return `${step.path} ${step.mode.toString(8)} ${step.device}`;
      return step.op === 'symlink' ? `${step.path} -> ${step.content}` : step.op;
    }),
    [
      `/dev/null 20666 ${makeDeviceNumber(1, 3)}`,
      `/dev/zero 20666 ${makeDeviceNumber(1, 5)}`,
      `/dev/full 20666 ${makeDeviceNumber(1, 7)}`,
      `/dev/tty 20666 ${makeDeviceNumber(5, 0)}`,
      `/dev/random 20666 ${makeDeviceNumber(1, 8)}`,
      `/dev/urandom 20666 ${makeDeviceNumber(1, 9)}`,
      '/dev/fd -> /proc/self/fd',
      '/dev/stdin -> /proc/self/fd/0',
      '/dev/stdout -> /proc/self/fd/1',
      '/dev/stderr -> /proc/self/fd/2',
      '/dev/ptmx -> pts/ptmx',
      '/dev/core -> /proc/kcore',
    ],
  );
  t.like(steps[0], {
    tolerates: ['EPERM', 'EEXIST'],
    otherwise: { op: 'bind', source: '/dev/null', target: '/dev/null', targetKind: 2 },
  });
});

test('extra devices come with their directory, mode and owner', (t) => {
  const steps = compileDevices(
    withDevices(
      { type: 'b', path: '/dev/disk/a', major: 8, minor: 1, fileMode: 0o60640, uid: 1, gid: 6 },
      { type: 'p', path: '/dev/pipe' },
    ),
  ).slice(12);
  t.like(steps[0], { op: 'mkdir', path: '/dev/disk', mode: 0o755, origin: 'linux.devices[0]' });
  t.like(steps[1], { op: 'mknod', path: '/dev/disk/a', mode: 0o60640, uid: 1, gid: 6 });
  t.is(steps[1]?.origin, 'linux.devices[0]');
  t.like(steps[2], { op: 'mknod', path: '/dev/pipe', mode: 0o10666, otherwise: undefined });
  t.is(steps.length, 3);
});

test('a device of the Spec takes the place of a default one', (t) => {
  const steps = compileDevices(
    withDevices({ type: 'c', path: '/dev//null', major: 1, minor: 3, fileMode: 0o600 }),
  );
  const nulls = steps.filter((step) => step.op === 'mknod' && step.device === makeDeviceNumber(1, 3));
  t.is(nulls.length, 1);
  t.like(nulls[0], { mode: 0o20600 });
});

test('a root without a mount on /dev gets the directory, and nothing is made in a directory that the Spec binds on /dev', (t) => {
  t.deepEqual(compileDevices(withMounts({ destination: '/dev/', type: 'bind', source: '/dev' })), []);
  t.deepEqual(compileDevices(makeSpec())[0], { op: 'mkdir', path: '/dev', mode: 0o755 });
});

test('a number that is left out beside the other is 0', (t) => {
  const steps = compileDevices(withDevices({ type: 'b', path: '/dev/sda', major: 8 }));
  t.like(steps.at(-1), { op: 'mknod', path: '/dev/sda', device: makeDeviceNumber(8, 0) });
});

test('the multiplexer of terminals is never that of the host', (t) => {
  const steps = compileDevices(withDevices({ type: 'c', path: '/dev/ptmx', major: 5, minor: 2 }));
  t.deepEqual(steps, compileDevices(withMounts(dev)));
});

test('all bad devices are named at once', (t) => {
  const spec = withDevices(
    { type: 'c', path: 'null', major: 1, minor: 3 },
    { type: 'x' as 'c', path: '/dev/x', major: 1, minor: 3 },
    { type: 'b', path: '/dev/y', major: 4096 },
    { type: 'p', path: '/dev/z', fileMode: -1 },
  );
  t.is(
    t.throws(() => compileDevices(spec)).message,
    'failed to compile the devices: ' +
      [
        'linux.devices[0].path "null" is not an absolute path',
        'linux.devices[1].type "x" is not one of c, b, u, p',
        'linux.devices[2].major 4096 is not a number from 0 to 4095',
        'linux.devices[3].fileMode -1 is no file mode',
      ].join('; '),
  );
});
