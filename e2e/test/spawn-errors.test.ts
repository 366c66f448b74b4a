import { once } from 'node:events';
import { RuntimeError } from '@mini/contracts';
import { type SpawnOptions, spawn } from '@mini/runtime-core';
import test from 'ava';
import { sh, spawnIn } from '../support/library.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

test('a command that is not there: rejected and emitted', async (t) => {
  const before = takeSnapshot();
  const child = spawnIn('nope');
  const emitted = once(child, 'error');
  const error = await t.throwsAsync(child.exited, { instanceOf: RuntimeError });
  t.is(
    error?.message,
    'failed to find the executable "nope" (process.args[0]): ENOENT no such file or directory',
  );
  t.is((error as RuntimeError).code, 'command-not-found');
  t.is(await t.throwsAsync(child.started), error);
  t.deepEqual(await emitted, [error]);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('a failure that nobody listens to does not end the program', async (t) => {
  spawnIn('nope');
  await sh('true');
  t.pass();
});

const failures: readonly (readonly [
  title: string,
  command: string,
  options: SpawnOptions,
  code: string,
  message: string,
])[] = [
  [
    'a command that cannot be executed',
    '/etc/passwd',
    {},
    'command-not-executable',
    'failed to find the executable "/etc/passwd" (process.args[0]): EACCES permission denied',
  ],
  [
    'a directory as the command',
    '/etc',
    {},
    'command-not-executable',
    'failed to find the executable "/etc" (process.args[0]): EACCES permission denied',
  ],
  [
    'a working directory that is missing',
    'true',
    { cwd: '/nope' },
    'start-failed',
    'failed to change to the directory "/nope" (process.cwd): ENOENT no such file or directory',
  ],
  [
    'a bind without its source',
    'true',
    { mounts: [{ destination: '/mnt', type: 'bind', source: '/nope', options: ['rbind'] }] },
    'start-failed',
    'failed to bind "/nope" on "/mnt" (mounts[0]): ENOENT no such file or directory',
  ],
  [
    'a limit beyond what the kernel allows',
    'true',
    { rlimits: [{ type: 'RLIMIT_NOFILE', soft: 2 ** 40, hard: 2 ** 40 }] },
    'start-failed',
    'failed to set the limit RLIMIT_NOFILE to 1099511627776:1099511627776 (process.rlimits[0]): EPERM operation not permitted',
  ],
];

for (const [title, command, options, code, message] of failures) {
  test(`rejected: ${title}`, async (t) => {
    const before = takeSnapshot();
    const error = await t.throwsAsync(spawnIn(command, [], options).exited, {
      instanceOf: RuntimeError,
      message,
    });
    t.is((error as RuntimeError).code, code);
    t.deepEqual(await differenceSince(before), NOTHING);
  });
}

const thrown: readonly (readonly [title: string, options: SpawnOptions, code: string, message: string])[] = [
  [
    'a mount that is no mount',
    { mounts: [{ destination: 'x' }] },
    'bad-spec',
    'failed to compile the mounts: mounts[0].type is missing, and no option says bind',
  ],
  [
    'CPUs that are not there',
    { limits: { cpu: { cpus: '4000' } } },
    'cgroup-write',
    'failed to set "cpuset.cpus" to "4000" (linux.resources.cpu.cpus): ERANGE result too large',
  ],
  [
    'a descriptor that is not open',
    { stdio: ['pipe', 999, 'pipe'] },
    'start-failed',
    'failed to hand the descriptors to the init helper: EBADF bad file descriptor',
  ],
  [
    'a cgroup path that leaves its tree',
    { cgroup: '/mini/../../x' },
    'cgroup-path',
    'failed to use cgroup path "/mini/../../x": it has a part ".."',
  ],
];

for (const [title, options, code, message] of thrown) {
  test(`thrown at once: ${title}`, async (t) => {
    const before = takeSnapshot();
    const error = t.throws(() => spawnIn('true', [], options), { instanceOf: RuntimeError, message });
    t.is((error as RuntimeError).code, code);
    t.deepEqual(await differenceSince(before), NOTHING);
  });
}

test('every bad option is named at once', (t) => {
  const options = {
    root: 'rel',
    cwd: 'rel',
    env: { 'A=B': 'x', C: 'a\0b', D: undefined },
    user: { uid: -1, gid: 1.5 },
    namespaces: ['mount', 'nope'],
    hostname: 'h'.repeat(65),
    stdio: 'none',
    timeoutMs: Number.NaN,
    killSignal: 'SIGNOPE',
    rlimits: [{ type: 'RLIMIT_X', soft: 1, hard: 1 }],
    capabilities: { bounding: ['CAP_X'] },
  } as unknown as SpawnOptions;
  const error = t.throws(() => spawn('', ['a\0b', 7 as unknown as string], options), {
    instanceOf: RuntimeError,
  });
  t.is((error as RuntimeError).code, 'bad-options');
  t.deepEqual(error?.message.split('; '), [
    'failed to spawn "": command: it is empty',
    'args[0]: it contains a NUL character',
    'args[1]: a string is needed, not number',
    'namespaces: there is no namespace "nope"',
    'root: "rel" is not an absolute path',
    'cwd: "rel" is not an absolute path',
    'env: "A=B" is not the name of a variable',
    'env.C: it contains a NUL character',
    'env.D: a string is needed, not undefined',
    'user.uid: -1 is not from 0 to 4294967294',
    'user.gid: 1.5 is not from 0 to 4294967294',
    'hostname: it has 65 bytes, not 1 to 64',
    'hostname: without "uts" among the namespaces it would change the host',
    'stdio: "none" is not "pipe", "ignore", "inherit", a descriptor, or three of these',
    'timeoutMs: NaN is not from 0 to 2147483647',
    'killSignal: there is no signal "SIGNOPE"',
    'rlimits[0]: there is no limit "RLIMIT_X"',
    'capabilities.bounding: there is no capability "CAP_X"',
  ]);
});

test('a root that is missing, or a file', (t) => {
  t.throws(() => spawn('true', [], { root: '/nowhere' }), {
    message: 'failed to spawn "true": root: "/nowhere": ENOENT no such file or directory',
  });
  t.throws(() => spawn('true', [], { root: '/etc/passwd' }), {
    message: 'failed to spawn "true": root: "/etc/passwd": ENOTDIR not a directory',
  });
  t.throws(() => spawn('true', [], { root: busyboxRoot(), namespaces: ['pid'] }), {
    message: 'failed to spawn "true": namespaces: "mount" is missing, and a root of its own needs it',
  });
});
