import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, file, layerOf, writeArchive } from '../support/image-archive.js';
import { MINI, mini } from '../support/mini.js';
import { makeNobody, type OrdinaryUser, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { freshHome, startRegistry, whyNoRegistry } from '../support/registry.js';
import { testUnless } from '../support/skip.js';
import { makeUserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';

const ANN = { name: 'ann', password: 'secret' };
const AUTH = Buffer.from(`${ANN.name}:${ANN.password}`).toString('base64');

/** A registry that ann alone may read, and an image in it whose file belongs to user 7. */
async function scene(t: ExecutionContext): Promise<{ readonly host: string; readonly name: string }> {
  const { host } = await startRegistry(t, { user: ANN });
  const { home, env } = freshHome();
  keep(join(home, '.docker/config.json'), host);
  const name = `${host}/${freshName()}:1`;
  const layers = [
    await busyboxLayer(),
    await layerOf(file('own', 'mine\n', { uid: 7, gid: 8, mode: 0o600 })),
  ];
  const config = { Cmd: ['sh', '-c', 'stat -c %u:%g /own; cat /own'] };
  await succeed(t, 'load', '-q', '-i', await writeArchive([{ names: [name], layers, config }]));
  t.is((await mini(['push', '-q', name], { env })).exitCode, 0);
  await succeed(t, 'rmi', '-f', name);
  return { host, name };
}

/** Writes a file with ann's credentials, which its owner alone may read. */
function keep(path: string, host: string, owner = 0): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ auths: { [host]: { auth: AUTH } } }), { mode: 0o600 });
  chownSync(path, owner, owner);
}

/** `run` fetches the image, with credentials that only the user has. */
async function assertRuns(t: ExecutionContext, user: OrdinaryUser, name: string, owner: string) {
  const { exitCode, stdout, stderr } = await user.mini('run', '--rm', name);
  t.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: `${owner}\nmine\n` }, stderr);
  t.true(stderr.startsWith(`Unable to find image '${name}' locally\n1: Pulling from `), stderr);
  t.is((await user.mini('rmi', name)).exitCode, 0);
  t.is((await user.mini('run', '--rm', '-q', '--pull', 'always', name)).stdout, `${owner}\nmine\n`);
}

function userTest(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  const reason = whyNoRegistry ?? whyNoUserWithIds() ?? whyNoOrdinaryUser();
  testUnless(reason, `registry-user.${title.replaceAll(' ', '-')}`, title, implementation);
}

userTest('a container of an ordinary user with ids pulls its image', async (t) => {
  const { host, name } = await scene(t);
  const user = makeUserWithIds();
  const refused = await user.mini('run', '--rm', name);
  t.is(refused.exitCode, 125);
  t.true(refused.stderr.includes(`\nhint: log in with: mini login ${host}\n`), refused.stderr);
  keep(join(user.home, 'run/containers/auth.json'), host, user.id);
  await assertRuns(t, user, name, '7:8');
});

userTest('without XDG_RUNTIME_DIR credentials are looked for in /run/containers of the user', async (t) => {
  const { host, name } = await scene(t);
  const user = makeUserWithIds({ hasOwnRun: true });
  keep(join(user.ownRun, `containers/${user.id}/auth.json`), host, user.id);
  const without: OrdinaryUser = {
    home: user.home,
    mini: (...args) => user.run([MINI, ...args], { env: { XDG_RUNTIME_DIR: '' } }),
  };
  await assertRuns(t, without, name, '7:8');
});

userTest('a container of an ordinary user without ids pulls its image', async (t) => {
  const { host, name } = await scene(t);
  const user = makeNobody();
  keep(join(user.home, '.config/containers/auth.json'), host, 65_534);
  await assertRuns(t, user, name, '0:0');
});
