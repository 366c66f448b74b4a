import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type BundleRequest, makeBundle } from '../support/bundle.js';
import { freshId, oci, ociToFile, stateOf } from '../support/oci.js';
import { busyboxRoot, freshBusyboxRoot, freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitUntil } from '../support/wait.js';

// Forms of a config.json that runc and crun take, and engines write.

/** Runs a shell script in a container and gives what it has printed, and what was warned of. */
async function runScript(t: ExecutionContext, script: string, request: BundleRequest = {}) {
  const bundle = makeBundle({ ...request, args: ['sh', '-c', script] });
  const { exitCode, stdout, stderr } = await oci(['run', '--bundle', bundle, freshId()]);
  t.is(exitCode, 0, stderr);
  return { stdout, stderr };
}

test('the number of a device that is 0 may be left out, as the Go types of the specification do', async (t) => {
  const devices = [{ type: 'b', path: '/dev/disk', major: 8, fileMode: 0o600 }] as const;
  const { stdout } = await runScript(t, 'stat -c "%F %t:%T" /dev/disk', { linux: { devices } });
  t.is(stdout, 'block special file 8:0\n');
});

test('the multiplexer of terminals is the own one of the container', async (t) => {
  const devices = [{ type: 'c', path: '/dev/ptmx', major: 5, minor: 2 }] as const;
  const { stdout } = await runScript(t, 'readlink /dev/ptmx', { linux: { devices } });
  t.is(stdout, 'pts/ptmx\n');
});

test('unknown capabilities are warned of and left out, whatever the version', async (t) => {
  const bounding = ['CAP_KILL', 'CAP_KILL', 'UNKNOWN'] as never;
  const { stdout, stderr } = await runScript(t, 'grep CapBnd /proc/self/status', {
    process: { capabilities: { bounding } },
    spec: { ociVersion: '1.0.2' },
  });
  t.is(stdout, 'CapBnd:\t0000000000000020\n');
  t.is(
    stderr,
    '"UNKNOWN" is not a capability of capabilities(7) and is left out (process.capabilities.bounding[2])\n',
  );
});

test('options that a bind does not have are warned of and left out', async (t) => {
  const mounts = [
    { destination: '/proc', type: 'proc' },
    { destination: '/data', type: 'bind', source: '/', options: ['bind', '', 'ro', 'mode=0755'] },
  ];
  const { stdout, stderr } = await runScript(t, 'grep -c " /data .*ro," /proc/mounts', { spec: { mounts } });
  t.is(stdout, '1\n');
  t.is(stderr, '"mode=0755" is no option of a bind and is left out (mounts[1].options)\n');
});

test('a mount lies where the links of the root lead, made where that is not there', async (t) => {
  const root = freshBusyboxRoot();
  symlinkSync('/late/run', join(root, 'link'));
  const mounts = [
    { destination: '/proc', type: 'proc' },
    { destination: 'link/secrets', type: 'tmpfs' },
    { destination: '/fresh', type: 'tmpfs', options: ['tmpcopyup'] },
  ];
  const script = 'grep -o " /late/run/secrets " /proc/mounts; stat -c %a /fresh';
  const { stdout, stderr } = await runScript(t, script, {
    root,
    spec: { ociVersion: '1.0.0', mounts },
  });
  t.is(stdout, ' /late/run/secrets \n1777\n');
  t.is(
    stderr,
    '"link/secrets" is a relative path, which is deprecated, and taken from "/" (mounts[1].destination)\n',
  );
});

test('an overlay may have more directories than one option of the kernel can name', async (t) => {
  const directory = freshDirectory('overlay');
  const lowers = ['upper:most', 'middle', 'lowest'].map((name) => join(directory, name.padEnd(200, '_')));
  for (const [index, lower] of lowers.entries()) {
    mkdirSync(lower);
    writeFileSync(join(lower, 'top'), `${index}\n`);
    writeFileSync(join(lower, `file${index}`), '');
  }
  const lowerdir = lowers.map((path) => path.replaceAll(':', '\\:')).join(':');
  const mounts = [
    { destination: '/proc', type: 'proc' },
    {
      destination: '/made/image',
      type: 'overlay',
      source: 'overlay',
      options: [`lowerdir=${lowerdir}`, 'ro', 'nodev'],
    },
  ];
  const script = 'cd /made/image; cat top; ls; grep -o " /made/image overlay ro,nodev" /proc/mounts';
  const { stdout } = await runScript(t, script, { root: freshBusyboxRoot(), spec: { mounts } });
  t.is(stdout, '0\nfile0\nfile1\nfile2\ntop\n /made/image overlay ro,nodev\n');
});

test('mappings of ids without a user namespace, an empty hostname and CPUs for exec mean nothing', async (t) => {
  const mapping = [{ containerID: 0, hostID: 100_000, size: 10 }];
  const { stdout } = await runScript(
    t,
    'tr -s " " < /proc/self/uid_map; hostname; taskset -p $$ | cut -d: -f2',
    {
      process: { execCPUAffinity: { final: '0' } },
      spec: { hostname: '' },
      linux: { uidMappings: mapping, gidMappings: mapping },
    },
  );
  const cpus = readFileSync('/proc/self/status', 'utf8').match(/^Cpus_allowed:\s*(?:0|,)*(\w+)$/m)?.[1];
  t.is(stdout, ` 0 0 4294967295\n${hostname()}\n ${cpus}\n`);
});

test('empty strings stand for what is absent, and a umask has nine bits', async (t) => {
  const { stdout, stderr } = await runScript(t, 'umask; grep -c " shared:" /proc/self/mountinfo || true', {
    process: { user: { uid: 0, gid: 0, umask: 0o1027 } },
    linux: {
      rootfsPropagation: '',
      namespaces: ['pid', 'uts', 'mount', 'network'].map((type) => ({ type, path: '' })),
      netDevices: {},
      resources: { devices: [{ allow: false, type: '', access: 'rwm' }], pids: {} },
      seccomp: { defaultAction: 'SCMP_ACT_ALLOW', listenerPath: '', listenerMetadata: '' },
    } as never,
  });
  t.deepEqual([stdout, stderr], ['0027\n0\n', '']);
});

test('a process may start where its user could not go', async (t) => {
  const root = freshBusyboxRoot();
  mkdirSync(join(root, 'closed'), { mode: 0o700 });
  const user = { uid: 7, gid: 8 };
  for (const cwd of ['/closed', '/closed/new']) {
    for (const noNewPrivileges of [true, false]) {
      const { stdout } = await runScript(
        t,
        'pwd; grep CapEff /proc/self/status; ls /closed 2>/dev/null || echo no',
        {
          root,
          process: { cwd, user, noNewPrivileges, capabilities: {} },
          linux: { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } },
        },
      );
      t.is(stdout, `${cwd}\nCapEff:\t0000000000000000\nno\n`);
    }
  }
});

test('a filter that forbids everything ends the container that it keeps from starting', async (t) => {
  const before = takeSnapshot();
  const bundle = makeBundle({ linux: { seccomp: { defaultAction: 'SCMP_ACT_ERRNO' } } });
  const id = freshId();
  t.is((await ociToFile(['create', '--bundle', bundle, id])).exitCode, 0);
  // Not even that it has failed can be told by then.
  t.is((await oci(['start', id])).exitCode, 0);
  await waitUntil('its end', async () => (await stateOf(id))?.status === 'stopped');
  t.is((await oci(['delete', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

for (const kind of ['prestart', 'createRuntime', 'createContainer'] as const) {
  test(`the root is where the host has it for who looks from a ${kind} hook, mounts and all`, async (t) => {
    const before = takeSnapshot();
    const root = freshBusyboxRoot();
    const directory = freshDirectory('hooks');
    const path = join(directory, 'hook');
    // What a hook for devices of the machine does: it enters the namespace, and mounts below the root's path.
    const enter = kind === 'createContainer' ? '' : `nsenter --mount --target "$pid" `;
    writeFileSync(
      path,
      `#!/bin/sh
state=$(cat); pid=\${state#*'"pid":'}; pid=\${pid%%[!0-9]*}
${enter}sh -c 'grep -c " ${root}/proc " /proc/self/mounts; mkdir ${root}/dev/late && mount -t tmpfs late ${root}/dev/late' > ${directory}/log
`,
    );
    chmodSync(path, 0o755);
    const hooks = { [kind]: [{ path, env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] }] };
    const { stdout } = await runScript(t, 'grep -c "^late /dev/late " /proc/mounts', {
      root,
      spec: { hooks },
    });
    t.deepEqual([readFileSync(join(directory, 'log'), 'utf8'), stdout], ['1\n', '1\n']);
    t.deepEqual(await differenceSince(before), NOTHING);
  });
}

test('hooks run in the bundle, those of createContainer in the root that is being made', async (t) => {
  const log = join(freshDirectory('hooks'), 'log');
  const path = join(freshDirectory('hooks'), 'hook');
  writeFileSync(path, `#!/bin/sh\necho "$1 $MARK $(pwd) $(ls -d bin 2>/dev/null)" >> ${log}\n`);
  chmodSync(path, 0o755);
  const kinds = ['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop'] as const;
  const hooks = Object.fromEntries(kinds.map((kind) => [kind, [{ path, args: ['hook', kind] }]]));
  const bundle = makeBundle({
    root: busyboxRoot(),
    process: { env: ['PATH=/bin', 'MARK=theirs'] },
    spec: { hooks },
  });
  const env = { MARK: 'ours' };
  t.is((await oci(['run', '--bundle', bundle, freshId()], { env })).exitCode, 0);
  t.deepEqual(readFileSync(log, 'utf8').split('\n'), [
    `prestart ours ${bundle} `,
    `createRuntime ours ${bundle} `,
    `createContainer ours ${busyboxRoot()} bin`,
    `poststart ours ${bundle} `,
    `poststop ours ${bundle} `,
    '',
  ]);
});
