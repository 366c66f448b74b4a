import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freshName } from '../support/detached.js';
import { busyboxLayer, file, layerOf, other, writeArchive } from '../support/image-archive.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { makeUserWithIds, type UserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';

const reason = whyNoUserWithIds();

async function succeed(t: ExecutionContext, user: UserWithIds, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await user.mini(...args);
  t.deepEqual({ args, exitCode, stderr }, { args, exitCode: 0, stderr: '' });
  return stdout;
}

/** An image whose users and whose volume are not in its topmost layer. */
async function loadImage(t: ExecutionContext, user: UserWithIds): Promise<string> {
  const name = freshName();
  const own = { uid: 7, gid: 8 };
  const archive = await writeArchive([
    {
      names: [name],
      config: { Volumes: { '/data': {} }, User: 'somebody' },
      layers: [
        await busyboxLayer(),
        await layerOf(
          other('etc', 'directory'),
          file('etc/passwd', 'root:x:0:0::/root:/bin/sh\nsomebody:x:7:8::/srv:/bin/sh\n'),
          other('data', 'directory', { ...own, mode: 0o700 }),
          file('data/own', 'mine', { ...own, mode: 0o600 }),
          file('data/old', '', own),
        ),
        await layerOf(other('data', 'directory', { ...own, mode: 0o700 }), file('data/.wh.old', '')),
        await layerOf(file('last', '')),
      ],
    },
  ]);
  const path = join(user.home, `${name}.tar`);
  copyFileSync(archive, path);
  chmodSync(path, 0o644);
  t.is(await succeed(t, user, 'load', '-i', path), `Loaded image: ${name}:latest\n`);
  return name;
}

testUnless(
  reason,
  'user-ids.layers',
  'a user finds users and volumes of all layers of an image',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const image = await loadImage(t, user);
    const script = 'id -u; ls /data; cat /data/own; stat -c " %u:%g %a" /data; grep -c localhost /etc/hosts';
    const expected = '7\nown\nmine 7:8 700\n2\n';
    t.is(await succeed(t, user, 'run', '--rm', image, 'sh', '-c', script), expected);
    t.is(await succeed(t, user, 'run', '--rm', '-v', 'kept:/data', image, 'sh', '-c', script), expected);
    await succeed(t, user, 'run', '--rm', '-v', 'kept:/data', image, 'sh', '-c', 'echo more >> /data/own');
    t.is(await succeed(t, user, 'run', '--rm', '-v', 'kept:/data', image, 'cat', '/data/own'), 'minemore\n');
    t.is(await succeed(t, user, 'volume', 'ls', '-q'), 'kept\n');
    t.is(await succeed(t, user, 'volume', 'rm', 'kept'), 'kept\n');
    const explained = await succeed(t, user, 'run', '--explain', image, 'true');
    t.regex(explained, /\b7\b/);
    t.is((await user.run(['ls', join(user.home, '.local/share/mini/volumes')])).stdout, '');
    await succeed(t, user, 'rmi', image);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(
  reason,
  'user-ids.layers',
  'so does a user without subordinate ids, as far as one id goes',
  async (t) => {
    const user = makeUserWithIds();
    user.grant('', '');
    const name = freshName();
    const archive = await writeArchive([
      {
        names: [name],
        layers: [
          await busyboxLayer(),
          await layerOf(
            other('etc', 'directory'),
            file('etc/passwd', 'admin:x:0:0::/srv:/bin/sh\n'),
            other('data', 'directory'),
            file('data/own', 'mine'),
          ),
          await layerOf(file('last', '')),
        ],
      },
    ]);
    const path = join(user.home, `${name}.tar`);
    copyFileSync(archive, path);
    chmodSync(path, 0o644);
    await succeed(t, user, 'load', '-i', path);
    const script = 'id -un; cat /data/own; grep -c localhost /etc/hosts';
    const words = ['run', '--rm', '-u', 'admin', '-v', '/data', name, 'sh', '-c', script];
    t.is(await succeed(t, user, ...words), 'admin\nmine2\n');
    t.is(await succeed(t, user, 'volume', 'ls', '-q'), '');
    await succeed(t, user, 'rmi', name);
  },
);

testUnless(reason, 'user-ids.layers', 'what only a start calls is refused to anybody else', async (t) => {
  const user = makeUserWithIds();
  t.deepEqual(await user.mini('volume', 'fill', 'x', '/x', '/x'), {
    exitCode: 1,
    stdout: '',
    stderr: 'failed to run mini volume fill: only a start calls it, within a user namespace\n',
    signal: undefined,
  });
});
