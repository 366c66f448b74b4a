import { CLONE, MS, type Spec, type Step, type StepName } from '@mini/contracts';
import test from 'ava';
import { BARRIER, cloneFlags, compilePlan, type PlanContext } from '../../src/index.js';

const spec: Spec = {
  ociVersion: '1.2.0',
  root: { path: '/srv/root', readonly: true },
  hostname: 'box',
  process: {
    terminal: false,
    user: { uid: 1000, gid: 1000, additionalGids: [10] },
    args: ['sh', '-c', 'true'],
    env: ['PATH=/bin::/opt/bin', 'A=1'],
    cwd: '/srv',
    noNewPrivileges: true,
    capabilities: { bounding: ['CAP_CHOWN'] },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 64, hard: 128 }],
  },
  mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
  linux: {
    namespaces: [{ type: 'mount' }, { type: 'pid' }, { type: 'network' }, { type: 'cgroup' }],
    sysctl: { 'net.ipv4.ip_forward': '1', 'net/ipv4/conf/eth0.1/forwarding': '0' },
    maskedPaths: ['/proc/kcore'],
    readonlyPaths: ['/proc/sys'],
  },
};
const context: PlanContext = {
  rootSteps: [{ op: 'root_fd', fd: 5, origin: 'root.path' }],
  bornInCgroup: false,
  ownsStdio: true,
};

const compile = (change: Partial<Spec> = {}, more: Partial<PlanContext> = {}) =>
  compilePlan({ ...spec, ...change }, { ...context, ...more }).steps;
const names = (steps: readonly Step[]) => steps.map(({ op }) => op);
const find = <Name extends StepName>(steps: readonly Step[], op: Name) =>
  steps.filter((step): step is Extract<Step, { op: Name }> => step.op === op);

/** Asserts that the steps occur in this order, whatever stands between. */
const inOrder = (steps: readonly Step[], ...wanted: StepName[]) => {
  const all = names(steps);
  const positions = wanted.map((name) => all.indexOf(name));
  return positions.every((position, index) => position >= 0 && position > (positions[index - 1] ?? -1));
};

test('the order is the one the kernel demands', (t) => {
  const steps = compile();
  t.true(inOrder(steps, 'unshare', 'propagation', 'root_fd', 'mount', 'mknod', 'pivot_root', 'hostname'));
  t.true(inOrder(steps, 'pivot_root', 'loopback_up', 'write_proc', 'mask', 'rlimit', 'bounding_set'));
  t.true(
    inOrder(
      steps,
      'bounding_set',
      'keep_capabilities',
      'groups',
      'gid',
      'uid',
      'capabilities',
      'ambient_set',
    ),
  );
  t.true(inOrder(steps, 'chdir', 'ambient_set', 'find_exec', 'no_new_privileges', 'exec'));
  t.is(names(steps).at(-1), 'exec');
});

const SYS_ADMIN = 2 ** 21;

test('a filter comes last, without no_new_privs while the capability that it takes is kept', (t) => {
  const seccomp = { program: new Uint8Array(8) };
  t.true(inOrder(compile({}, { seccomp }), 'uid', 'no_new_privileges', 'seccomp', 'exec'));
  const free = compile({ process: { ...spec.process, noNewPrivileges: false } }, { seccomp });
  t.true(inOrder(free, 'bounding_set', 'uid', 'chdir', 'ambient_set', 'find_exec', 'seccomp', 'exec'));
  t.false(names(free).includes('no_new_privileges'));
  const kept = find(free, 'capabilities').at(-1);
  t.is(Number(kept?.effective) & SYS_ADMIN, SYS_ADMIN);
  t.is(Number(kept?.permitted) & SYS_ADMIN, SYS_ADMIN);
  t.is(kept?.inheritable, 0);
  t.is(find(free, 'bounding_set')[0]?.mask, find(compile(), 'bounding_set')[0]?.mask);
});

test('a Spec that names no capabilities leaves root its own, and another user the one that the filter takes', (t) => {
  const seccomp = { program: new Uint8Array(8) };
  const { capabilities: _, ...bare } = { ...spec.process, noNewPrivileges: false };
  const root = { ...bare, user: { uid: 0, gid: 0 } };
  t.is(find(compile({ process: root }, { seccomp }), 'capabilities').length, 0);
  t.deepEqual(
    find(compile({ process: bare }, { seccomp }), 'capabilities').map(({ effective }) => effective),
    [SYS_ADMIN],
  );
});

test('a reaper forks before the filter and after the command was found', (t) => {
  const steps = compile({}, { reaper: true, seccomp: { program: new Uint8Array(8) } });
  t.true(inOrder(steps, 'find_exec', 'no_new_privileges', 'become_init', 'seccomp', 'exec'));
});

test('a reaper without no_new_privs keeps no capability for the filter, and so is held by it', (t) => {
  const process = { ...spec.process, noNewPrivileges: false };
  const steps = compile({ process }, { reaper: true, seccomp: { program: new Uint8Array(8) } });
  t.deepEqual(names(steps).slice(-5), ['seccomp', 'capabilities', 'ambient_set', 'become_init', 'exec']);
  t.is(Number(find(steps, 'capabilities').at(-1)?.permitted) & SYS_ADMIN, 0);
});

test('a filter that notifies is loaded with its listener, flags go along', (t) => {
  const seccomp = { program: new Uint8Array(8), flags: 2, notifies: true };
  t.deepEqual(
    find(compile({}, { seccomp }), 'seccomp_listener').map(({ flags }) => flags),
    [2],
  );
  t.is(find(compile({}, { seccomp }), 'seccomp').length, 0);
});

test('the session keyring is left before any privilege, unless it is to be kept', (t) => {
  t.true(inOrder(compile(), 'pivot_root', 'session_keyring', 'bounding_set', 'uid'));
  t.is(find(compile({}, { keepsKeyring: true }), 'session_keyring').length, 0);
});

test('a user namespace waits for its maps first, and then becomes its root', (t) => {
  const linux = { ...spec.linux, namespaces: [{ type: 'user' } as const, { type: 'mount' } as const] };
  t.deepEqual(names(compile({ linux })).slice(0, 4), ['barrier', 'gid', 'uid', 'dumpable']);
  t.not(names(compile())[0], 'barrier');
});

test('a process that nothing tells of waits once until it is written down', (t) => {
  const ids = (steps: readonly Step[]) => find(steps, 'barrier').map(({ id }) => id);
  t.deepEqual(ids(compile({}, { awaitsNote: true })), [BARRIER.noted]);
  const linux = { ...spec.linux, namespaces: [...spec.linux.namespaces, { type: 'user' as const }] };
  t.deepEqual(ids(compile({ linux }, { awaitsNote: true })), [BARRIER.idMaps]);
  t.deepEqual(ids(compile()), []);
});

test('namespaces of others are joined before the new ones are made, and clocks are for children', (t) => {
  const linux = {
    ...spec.linux,
    namespaces: [
      { type: 'network' as const, path: '/run/netns/x' },
      { type: 'time' as const },
      { type: 'mount' as const },
      { type: 'pid' as const },
    ],
    timeOffsets: { boottime: { secs: 7 } },
  };
  const namespaces = new Map([['network' as const, 5]]);
  const { steps } = compilePlan({ ...spec, linux }, { ...context, passed: { namespaces } });
  t.deepEqual(steps.slice(0, 5), [
    { op: 'dumpable', value: 0, origin: 'process' },
    { op: 'join_files', fds: [5], flags: [CLONE.NEWNET], origin: 'linux.namespaces' },
    { op: 'time_offsets', offsets: 'boottime 7 0\n', origin: 'linux.timeOffsets' },
    { op: 'fork_new', flags: CLONE.NEWNS | CLONE.NEWPID, origin: 'linux.namespaces' },
    { op: 'propagation', propagation: MS.PRIVATE, origin: 'linux.rootfsPropagation' },
  ] as Step[]);
  t.is(cloneFlags({ ...spec, linux }, true), 0);
});

test('a created process is told of, waits, runs its hooks and keeps its descriptors', (t) => {
  const hooks = {
    startContainer: [{ path: '/hook', timeout: 2, env: ['OWN=1'] }],
    createContainer: [{ path: '/early' }],
  };
  const passed = { start: 6, startState: 5, createState: 7, preserved: { from: 8, count: 2 } };
  const { steps } = compilePlan({ ...spec, hooks }, { ...context, passed });
  const order = ['chdir', 'hook', 'pivot_root', 'find_exec', 'wait_start', 'preserve_fds', 'exec'];
  t.deepEqual(
    steps.map(({ op }) => op).filter((op) => order.includes(op)),
    ['chdir', 'hook', 'pivot_root', 'chdir', 'find_exec', 'wait_start', 'hook', 'preserve_fds', 'exec'],
  );
  t.deepEqual(
    steps.filter(({ op }) => op === 'hook'),
    [
      {
        op: 'hook',
        path: '/early',
        argv: ['/early'],
        env: [],
        timeoutMs: 0,
        stateFd: 7,
        origin: 'hooks.createContainer[0]',
      },
      {
        op: 'hook',
        path: '/hook',
        argv: ['/hook'],
        env: ['OWN=1'],
        timeoutMs: 2000,
        stateFd: 5,
        origin: 'hooks.startContainer[0]',
      },
    ] as Step[],
  );
});

test('hooks before the change of root find the root where the host has it', (t) => {
  const rootPath = '/srv/root';
  const hooks = { prestart: [{ path: '/hook' }] };
  const placed = (linux: object, more: Partial<PlanContext>) =>
    find(compile({ hooks, linux: { ...spec.linux, ...linux } }, { rootPath, ...more }), 'place_root');
  t.deepEqual(placed({}, {}), [
    { op: 'place_root', path: rootPath, origin: 'root.path', tolerates: ['EACCES'] },
  ]);
  t.true(
    inOrder(compile({ hooks }, { rootPath }), 'root_fd', 'place_root', 'mount', 'barrier', 'pivot_root'),
  );
  t.deepEqual(placed({}, { rootPath: '/' }), []);
  t.deepEqual(placed({}, { noPivot: true }), []);
  t.deepEqual(placed({ namespaces: [{ type: 'mount', path: '/proc/7/ns/mnt' }] }, {}), []);
  t.deepEqual(find(compile({}, { rootPath }), 'place_root'), []);
  t.deepEqual(
    find(compile({ hooks: { startContainer: [{ path: '/hook' }] } }, { rootPath }), 'place_root'),
    [],
  );
});

test('a umask is of nine bits', (t) => {
  const process = { ...spec.process, user: { ...spec.process.user, umask: 0o1022 } };
  t.is(find(compile({ process }), 'umask')[0]?.mask, 0o022);
});

test('sysctls become paths in either notation', (t) => {
  t.deepEqual(
    find(compile(), 'write_proc').map(({ path, value }) => [path, value]),
    [
      ['/proc/sys/net/ipv4/ip_forward', '1'],
      ['/proc/sys/net/ipv4/conf/eth0.1/forwarding', '0'],
    ],
  );
});

test('the search path is the one of the container, an empty part is the working directory', (t) => {
  t.deepEqual(find(compile(), 'find_exec')[0]?.search, ['/bin', '.', '/opt/bin']);
});

test('pipes are given to a user that is not root', (t) => {
  t.deepEqual(
    find(compile(), 'chown_fd').map(({ fd, uid }) => [fd, uid]),
    [
      [0, 1000],
      [1, 1000],
      [2, 1000],
    ],
  );
  t.is(find(compile({}, { ownsStdio: false }), 'chown_fd').length, 0);
});

test('the cgroup namespace is cloned only where the process is born in its cgroup', (t) => {
  t.is(cloneFlags(spec, false), CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWNET);
  t.is(cloneFlags(spec, true), CLONE.NEWNS | CLONE.NEWPID | CLONE.NEWNET | CLONE.NEWCGROUP);
  t.is(find(compile({}, { bornInCgroup: true }), 'unshare').length, 0);
});

test('every step says where it comes from, but for what every /dev has', (t) => {
  const silent = compile().filter((step) => step.origin === undefined);
  t.true(silent.length > 0);
  t.deepEqual(
    silent.filter((step) => !('path' in step && step.path.startsWith('/dev'))),
    [],
  );
});

test('a mount namespace that is joined keeps its propagation, unless the Spec names one', (t) => {
  const linux = { ...spec.linux, namespaces: [{ type: 'mount' as const, path: '/proc/7/ns/mnt' }] };
  const passed = { passed: { namespaces: new Map([['mount' as const, 5]]) } };
  t.deepEqual(find(compile({ linux }, passed), 'propagation'), []);
  const wanted = compile({ linux: { ...linux, rootfsPropagation: 'rslave' } }, passed);
  t.like(find(wanted, 'propagation')[0], { propagation: MS.SLAVE });
});

test('an empty name is none', (t) => {
  t.deepEqual(find(compile({ hostname: '', domainname: '' }), 'hostname'), []);
  t.deepEqual(find(compile({ hostname: '', domainname: '' }), 'domainname'), []);
});

test('CPUs for exec are not those of the first process', (t) => {
  const process = { ...spec.process, execCPUAffinity: { initial: '0', final: '1' } };
  t.deepEqual(find(compile({ process }), 'cpu_affinity'), []);
});
