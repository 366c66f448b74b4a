import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spec } from '@mini/contracts';
import { makeBusyboxRoot } from '@mini/tools';
import test from 'ava';
import { execa } from 'execa';
import { makeBundle as makeRootBundle } from '../support/bundle.js';
import { compileProgram } from '../support/compile-program.js';
import { freshId, MINI_OCI, oci, stateOf } from '../support/oci.js';
import { AS_NOBODY, freshHome, NOBODY, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitUntil } from '../support/wait.js';

const reason = whyNoOrdinaryUser() ?? whyNoUserNamespaces();

function whyNoUserNamespaces(): string | undefined {
  const [program, ...words] = [...AS_NOBODY, 'unshare', '-Ur', 'true'];
  return spawnSync(program, words).status === 0 ? undefined : 'an ordinary user may make no user namespace';
}

/** Runs `mini-oci` as an ordinary user with a runtime directory of its own. */
function asNobody(home: string) {
  const adopter = compileProgram('adopter');
  return async (...words: string[]) => {
    const [file, ...rest] = [...AS_NOBODY, adopter, MINI_OCI, ...words];
    const { exitCode, stdout, stderr } = await execa(file, rest, {
      reject: false,
      stdin: 'ignore',
      cwd: home,
      env: { HOME: home, XDG_RUNTIME_DIR: join(home, 'run') },
      stripFinalNewline: false,
    });
    return { exitCode, stdout, stderr };
  };
}

/** The same with a file as stdout and stderr, which a container may hold for long; what it said. */
async function askToFile(home: string, ...words: string[]): Promise<string> {
  const path = join(home, 'said');
  const fd = openSync(path, 'w');
  const [file, ...rest] = [...AS_NOBODY, compileProgram('adopter'), MINI_OCI, ...words];
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run') };
  await once(spawn(file, rest, { stdio: ['ignore', fd, fd], env: { ...process.env, ...env } }), 'exit');
  closeSync(fd);
  return readFileSync(path, 'utf8');
}

type Ask = ReturnType<typeof asNobody>;

/** What `spec --rootless` writes, with a root that is the user's. */
async function makeBundle(ask: Ask, home: string, change: (spec: Spec) => Spec): Promise<string> {
  const bundle = join(home, `bundle-${count++}`);
  mkdirSync(bundle);
  mkdirSync(join(bundle, 'rootfs'));
  makeBusyboxRoot(join(bundle, 'rootfs'));
  spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, bundle]);
  const { exitCode, stderr } = await ask('spec', '--rootless', '--bundle', bundle);
  if (exitCode !== 0) throw new Error(stderr);
  const path = join(bundle, 'config.json');
  const spec = JSON.parse(readFileSync(path, 'utf8')) as Spec;
  writeFileSync(path, JSON.stringify(change({ ...spec, process: { ...spec.process, terminal: false } })));
  return bundle;
}

let count = 0;

const withCommand =
  (...args: string[]) =>
  (spec: Spec): Spec => ({ ...spec, process: { ...spec.process, args } });

testUnless(reason, 'oci.rootless', 'an ordinary user runs a container as its root', async (t) => {
  const before = takeSnapshot();
  const home = freshHome();
  const ask = asNobody(home);
  const script = 'id -u; id -g; tr -s " " < /proc/self/uid_map; hostname; touch /dev/x && echo made';
  const bundle = await makeBundle(ask, home, (spec) => withCommand('sh', '-c', script)(spec));
  t.deepEqual(await ask('run', '--bundle', bundle, 'one'), {
    exitCode: 0,
    stdout: `0\n0\n 0 ${NOBODY} 1\nmini-oci\nmade\n`,
    stderr: '',
  });
  t.deepEqual(readdirSync(join(home, 'run/mini-oci')), []);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(reason, 'oci.rootless', 'root of a user namespace alone runs a container too', async (t) => {
  const before = takeSnapshot();
  const home = freshHome();
  const ask = asNobody(home);
  const map = [{ containerID: 0, hostID: 0, size: 1 }];
  const bundle = await makeBundle(ask, home, (spec) => ({
    ...withCommand('id', '-u')(spec),
    linux: { ...spec.linux, uidMappings: map, gidMappings: map },
  }));
  const inNamespace = [...AS_NOBODY, 'unshare', '-r', compileProgram('adopter'), MINI_OCI];
  const [file = '', ...words] = [...inNamespace, 'run', '--bundle', bundle, 'inside'];
  const env = { HOME: home, XDG_RUNTIME_DIR: join(home, 'run') };
  const { exitCode, stdout, stderr } = await execa(file, words, { reject: false, stdin: 'ignore', env });
  t.deepEqual([exitCode, stdout, stderr], [0, '0', '']);
  t.deepEqual(await differenceSince(before), NOTHING);
});

testUnless(
  reason,
  'oci.rootless',
  "an ordinary user's container from its start to its removal",
  async (t) => {
    const before = takeSnapshot();
    const home = freshHome();
    const ask = asNobody(home);
    const bundle = await makeBundle(ask, home, withCommand('sleep', '100'));
    const status = async () => JSON.parse((await ask('state', 'two')).stdout).status as string;
    t.is(await askToFile(home, 'create', '--bundle', bundle, 'two'), '');
    t.is(await status(), 'created');
    t.like(await ask('start', 'two'), { exitCode: 0, stderr: '' });
    t.is(await status(), 'running');
    t.like(await ask('exec', 'two', 'sh', '-c', 'id -u; exit 3'), { exitCode: 3, stdout: '0\n', stderr: '' });
    t.like(await ask('pause', 'two'), {
      exitCode: 1,
      stderr: 'failed to pause container "two": it has no cgroup\n',
    });
    t.like(await ask('delete', 'two'), { exitCode: 1 });
    t.like(await ask('kill', '--all', 'two', 'KILL'), { exitCode: 0, stderr: '' });
    await waitUntil('the end', async () => (await status()) === 'stopped');
    t.like(await ask('delete', 'two'), { exitCode: 0, stderr: '' });
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(reason, 'oci.rootless', 'what an ordinary user cannot give is refused, and named', async (t) => {
  const before = takeSnapshot();
  const home = freshHome();
  const ask = asNobody(home);
  const idmapped = {
    destination: '/data',
    type: 'bind',
    source: '/tmp',
    options: ['bind', 'idmap'],
    uidMappings: [{ containerID: 0, hostID: 1, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: 1, size: 1 }],
  };
  const cases: [change: (spec: Spec) => Spec, message: RegExp][] = [
    [
      (spec) => ({ ...spec, linux: { ...spec.linux, resources: { pids: { limit: 9 } } } }),
      /^failed to create cgroup ".*": EACCES permission denied$/m,
    ],
    [
      ({ process, ...spec }) => ({
        ...spec,
        process: { ...process, user: { ...process.user, additionalGids: [5] } },
      }),
      /^failed to create the container: an ordinary user cannot give other groups \(process\.user\.additionalGids\)$/m,
    ],
    [
      (spec) => ({ ...spec, mounts: [...(spec.mounts ?? []), idmapped] }),
      /^failed to bind "\/tmp" \(mounts\[\d\]\): .*EPERM operation not permitted$/m,
    ],
  ];
  for (const [change, message] of cases) {
    const bundle = await makeBundle(ask, home, (spec) => change(withCommand('true')(spec)));
    const { exitCode, stderr } = await ask('create', '--bundle', bundle, 'three');
    t.is(exitCode, 1);
    t.regex(stderr, message);
  }
  t.deepEqual(readdirSync(join(home, 'run/mini-oci')), []);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('without a cgroup manager there is no group', async (t) => {
  const before = takeSnapshot();
  const id = freshId();
  const bundle = makeRootBundle({ args: ['sleep', '100'] });
  const words = ['--cgroup-manager', 'disabled', 'run', '--detach', '--bundle', bundle, id];
  t.is((await oci(words, { stdio: 'ignore' })).exitCode, 0);
  const { pid } = (await stateOf(id))!;
  t.notRegex(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), new RegExp(id));
  t.is((await oci(['delete', '--force', id])).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});
