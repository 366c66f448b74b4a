import { decodePlan, encodePlan, MOUNT_ATTR, MS, type Step } from '@mini/contracts';
import test from 'ava';
import { compileFinalMounts, compileMounts, defaultMounts, listPassedBinds } from '../src/index.js';
import { makeSpec, withMounts } from './spec.js';

const { RDONLY, NOSUID, NODEV, NOEXEC, STRICTATIME, ATIME_MASK } = MOUNT_ATTR;

const bind: Extract<Step, { op: 'bind' }> = {
  op: 'bind',
  source: '/src',
  fd: -1,
  target: '/dst',
  targetKind: 3,
  recursive: 0,
  attributesSet: 0,
  attributesClear: 0,
  attributesRecursive: 0,
  propagation: 0,
  origin: 'mounts[0]',
};

test('a new file system', (t) => {
  const spec = withMounts({
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  });
  t.deepEqual(compileMounts(spec), [
    {
      op: 'mount',
      fstype: 'tmpfs',
      source: 'tmpfs',
      target: '/dev',
      options: ['mode=755', 'size=65536k'],
      attributes: NOSUID | STRICTATIME,
      propagation: 0,
      origin: 'mounts[0]',
    },
  ]);
});

test('new file systems get the label of SELinux, but those whose files have their own', (t) => {
  const mounts = ['tmpfs', 'devpts', 'proc', 'sysfs', 'mqueue'].map((type) => ({
    destination: `/${type}`,
    type,
  }));
  const label = 'system_u:object_r:container_file_t:s0:c1,c2';
  const spec = makeSpec({
    mounts: [...mounts, { destination: '/b', type: 'bind', source: '/src' }],
    linux: { mountLabel: label },
  });
  const labelled = compileMounts(spec).filter(
    (step) => 'options' in step && step.options.includes(`context=${label}`),
  );
  t.deepEqual(
    labelled.map((step) => 'target' in step && step.target),
    ['/tmpfs', '/devpts'],
  );
});

test('the source of a new file system is its type when there is none', (t) => {
  const [step] = compileMounts(withMounts({ destination: '/t', type: 'tmpfs', options: ['sync', 'rro'] }));
  t.like(step, { source: 'tmpfs', options: ['sync'], attributes: RDONLY });
});

test('binds', (t) => {
  const compile = (type: string, ...options: string[]) =>
    compileMounts(withMounts({ destination: '/dst', type, source: '/src', options }));
  t.deepEqual(compile('none', 'bind'), [bind]);
  t.deepEqual(compile('bind'), [bind]);
  t.deepEqual(compile('rbind'), [{ ...bind, recursive: 1 }]);
  t.deepEqual(compile('', 'rbind', 'ro', 'nosuid'), [
    { ...bind, recursive: 1, attributesSet: RDONLY | NOSUID },
  ]);
  t.deepEqual(compile('bind', 'bind', 'private'), [{ ...bind, propagation: MS.PRIVATE }]);
  t.deepEqual(compile('bind', 'bind', 'rslave'), [{ ...bind, propagation: MS.SLAVE }]);
  t.deepEqual(compile('bind', 'rbind', 'rslave'), [{ ...bind, recursive: 1, propagation: MS.SLAVE }]);
});

test('what a bind cannot do becomes a second step', (t) => {
  const spec = withMounts({
    destination: '/dst',
    source: '/src',
    options: ['rbind', 'ro', 'rnosuid', 'private'],
  });
  const change: Step = {
    op: 'mount_attributes',
    target: '/dst',
    attributesSet: 0,
    attributesClear: 0,
    recursive: 1,
    propagation: 0,
    origin: 'mounts[0]',
  };
  t.deepEqual(compileMounts(spec), [
    { ...bind, recursive: 1, attributesSet: RDONLY },
    { ...change, attributesSet: NOSUID },
    { ...change, recursive: 0, propagation: MS.PRIVATE },
  ]);
});

test('an attribute that the host has locked stays', (t) => {
  const spec = withMounts({ destination: '/dst', source: '/src', options: ['bind', 'rw', 'noatime'] });
  const step = { ...bind, attributesSet: MOUNT_ATTR.NOATIME, attributesClear: RDONLY | ATIME_MASK };
  t.deepEqual(compileMounts(spec), [
    { ...step, tolerates: ['EPERM'], otherwise: { ...step, attributesClear: ATIME_MASK } },
  ]);
});

test('a relative source starts from the bundle', (t) => {
  const spec = withMounts({ destination: '/dst', source: '../data', options: ['bind'] });
  t.like(compileMounts(spec, { baseDirectory: '/bundle/x' })[0], { source: '/bundle/data' });
});

test('a relative destination is one below the root', (t) => {
  t.like(compileMounts(withMounts({ destination: 'data', type: 'tmpfs' }))[0], { target: '/data' });
});

test('a tmpfs is filled with what it covers', (t) => {
  const spec = withMounts({ destination: '/var', type: 'tmpfs', options: ['tmpcopyup', 'ro', 'size=1m'] });
  t.deepEqual(compileMounts(spec), [
    {
      op: 'mount_copied',
      fstype: 'tmpfs',
      source: 'tmpfs',
      target: '/var',
      options: ['size=1m'],
      attributes: RDONLY,
      propagation: 0,
      origin: 'mounts[0]',
    },
  ] as Step[]);
});

test('binds that share with the host, and those with mapped owners, are passed by the parent', (t) => {
  const map = [{ containerID: 0, hostID: 1000, size: 1 }];
  const spec = withMounts(
    { destination: '/a', source: '/src', options: ['bind', 'ro'] },
    { destination: '/b', source: 'src', options: ['rbind', 'rshared'] },
    { destination: '/c', source: '/src', options: ['bind', 'idmap'], uidMappings: map, gidMappings: map },
  );
  t.deepEqual(listPassedBinds(spec, '/bundle'), [
    { index: 1, source: '/bundle/src', recursive: true },
    {
      index: 2,
      source: '/src',
      recursive: false,
      idMap: { uidMappings: map, gidMappings: map, recursive: false },
    },
  ]);
  const steps = compileMounts(spec, { bindFds: new Map([[1, 7]]) });
  t.deepEqual(
    steps.map((step) => step.op === 'bind' && step.fd),
    [-1, 7, -1],
  );
});

test('a remount changes what is there', (t) => {
  const spec = withMounts({ destination: '/dst', options: ['remount', 'ro', 'rnodev', 'rslave'] });
  const change = { op: 'mount_attributes', target: '/dst', attributesClear: 0, origin: 'mounts[0]' };
  t.deepEqual(compileMounts(spec), [
    { ...change, attributesSet: RDONLY, recursive: 0, propagation: 0 },
    { ...change, attributesSet: NODEV, recursive: 1, propagation: MS.SLAVE },
  ] as Step[]);
});

test('sysfs that is refused is bound from the host', (t) => {
  const options = ['nosuid', 'noexec', 'nodev', 'ro'];
  const [step] = compileMounts(withMounts({ destination: '/sys', type: 'sysfs', source: 'sysfs', options }));
  const attributes = RDONLY | NOSUID | NODEV | NOEXEC;
  t.like(step, { op: 'mount', attributes, tolerates: ['EPERM'] });
  t.deepEqual(step?.otherwise, {
    ...bind,
    source: '/sys',
    target: '/sys',
    targetKind: 1,
    recursive: 1,
    attributesSet: attributes,
    attributesRecursive: 1,
  });
});

test('proc and mqueue of a shared namespace have an alternative, of an own one they have none', (t) => {
  const mounts = [
    { destination: '/proc', type: 'proc' },
    { destination: '/dev/mqueue', type: 'mqueue' },
  ];
  const own = compileMounts(makeSpec({ mounts }));
  t.deepEqual(
    own.map(({ otherwise }) => otherwise),
    [undefined, undefined],
  );
  const shared = compileMounts(makeSpec({ mounts, linux: { namespaces: [{ type: 'mount' }] } }));
  t.like(shared[0]?.otherwise, { op: 'bind', source: '/proc' });
  t.like(shared[1]?.otherwise, { op: 'bind', source: '/dev/mqueue', tolerates: ['ENOENT'] });
});

test('a read-only tmpfs that holds other mounts turns read-only at the end', (t) => {
  const spec = withMounts(
    { destination: '/dev', type: 'tmpfs', options: ['ro'] },
    { destination: '/a', type: 'tmpfs', options: ['ro', 'nodev'] },
    { destination: '/a/b', type: 'bind', source: '/src' },
    { destination: '/ab', type: 'tmpfs', options: ['ro'] },
  );
  t.deepEqual(
    compileMounts(spec).flatMap((step) => (step.op === 'mount' ? [[step.target, step.attributes]] : [])),
    [
      ['/dev', 0],
      ['/a', NODEV],
      ['/ab', RDONLY],
    ],
  );
  t.deepEqual(
    compileFinalMounts(spec).map((step) =>
      step.op === 'mount_attributes' ? [step.target, step.origin] : [],
    ),
    [
      ['/dev', 'mounts[0]'],
      ['/a', 'mounts[1]'],
    ],
  );
});

test('all mounts that cannot be compiled are named at once', (t) => {
  const spec = withMounts(
    { destination: '', type: 'tmpfs' },
    { destination: '/x' },
    { destination: '/y', type: 'bind' },
    { destination: '/proc/self', type: 'tmpfs' },
    { destination: '/proc/cpuinfo', type: 'bind', source: '/fake' },
    { destination: '/z', type: 'bind', source: '/src', options: ['nosiud'] },
    { destination: '/t', type: 'proc', options: ['tmpcopyup', 'idmap'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup' },
    { destination: '/a/..', type: 'tmpfs' },
  );
  const error = t.throws(() => compileMounts(spec));
  t.is(
    error.message,
    'failed to compile the mounts: ' +
      [
        'mounts[0].destination "" is the root itself',
        'mounts[1].type is missing, and no option says bind',
        'mounts[2].source is missing, a bind needs one',
        'mounts[3].destination "/proc/self" is below "/proc"',
        'mounts[5].options "nosiud" is no option of a bind',
        'mounts[6].options "tmpcopyup" needs the type "tmpfs"',
        'mounts[6].options ids can be mapped for a bind alone',
        'mounts[7].type "cgroup" needs a machine with control groups',
        'mounts[8].destination "/a/.." is the root itself',
      ].join('; '),
  );
});

test('the default mounts compile, and survive the wire', (t) => {
  const cgroup = {
    mode: 'v2',
    hierarchies: [{ version: 2, controllers: [], mountPoint: '/sys/fs/cgroup' }],
  } as const;
  const steps = compileMounts(makeSpec({ mounts: defaultMounts() }), { cgroup });
  t.deepEqual(
    steps.map((step) => (step.op === 'mount' ? `${step.fstype} ${step.target}` : step.op)),
    [
      'proc /proc',
      'tmpfs /dev',
      'devpts /dev/pts',
      'tmpfs /dev/shm',
      'mqueue /dev/mqueue',
      'sysfs /sys',
      'cgroup2 /sys/fs/cgroup',
    ],
  );
  t.is(decodePlan(encodePlan({ steps })).steps.length, 7);
});

test('default mounts follow their options', (t) => {
  const find = (destination: string, options: Parameters<typeof defaultMounts>[0]) =>
    defaultMounts(options).find((mount) => mount.destination === destination);
  t.deepEqual(find('/dev/shm', { shmSizeBytes: 4096 })?.options?.at(-1), 'size=4096');
  t.is(find('/dev/shm', { ipc: 'host' })?.source, '/dev/shm');
  t.is(find('/sys', { privileged: true })?.options?.at(-1), 'rw');
  t.is(find('/sys/fs/cgroup', {})?.options?.at(-1), 'ro');
  t.is(find('/dev/pts', {})?.options?.at(-1), 'gid=5');
  t.is(find('/dev/pts', { terminalGid: null })?.options?.at(-1), 'mode=0620');
});
