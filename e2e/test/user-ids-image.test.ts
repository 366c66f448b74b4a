import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianRoot } from '@mini/tools';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { freshName } from '../support/detached.js';
import { busyboxLayer, file, layerOf, other } from '../support/image-archive.js';
import { loadAs, succeedAs } from '../support/images-of-user.js';
import { MINI } from '../support/mini.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { makeUserWithIds, type UserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';
import { waitUntil } from '../support/wait.js';

const reason = whyNoUserWithIds();

/** An image with files that several users own, loaded; its name. */
async function loadImage(t: ExecutionContext, user: UserWithIds): Promise<string> {
  return await loadAs(t, user, {
    layers: [
      await busyboxLayer(),
      await layerOf(
        other('d', 'directory', { uid: 7, gid: 8, mode: 0o700 }),
        file('d/own', 'mine', { uid: 7, gid: 8, mode: 0o600 }),
        file('d/old', '', { uid: 9, gid: 9 }),
      ),
      await layerOf(other('d', 'directory', { uid: 7, gid: 8, mode: 0o700 }), file('d/.wh.old', '')),
    ],
  });
}

testUnless(
  reason,
  'user-ids.image',
  'the files of an image keep their owners, and can be removed',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const image = await loadImage(t, user);
    const show = 'stat -c "%u:%g %a %n" /d /d/*';
    t.is(await succeedAs(t, user, 'run', '--rm', image, 'sh', '-c', show), '7:8 700 /d\n7:8 600 /d/own\n');
    t.is(await succeedAs(t, user, 'run', '--rm', '-u', '7', image, 'cat', '/d/own'), 'mine');
    // Another tool finds them under the ids of the machine.
    const { stdout } = await execa('find', [
      join(user.home, '.local/share/mini/images/layers'),
      '-name',
      'own',
      '-printf',
      '%U:%G',
    ]);
    t.is(stdout, `${user.firstUid + 6}:${user.firstGid + 7}`);
    const removed = await succeedAs(t, user, 'rmi', image);
    t.true(removed.startsWith(`Untagged: ${image}:latest\nDeleted: sha256:`), removed);
    t.is((await user.run(['ls', join(user.home, '.local/share/mini/images/layers')])).stdout, '');
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(
  reason,
  'user-ids.image',
  'files of a container that has ended are copied, told of, made an image of and removed',
  async (t) => {
    const user = makeUserWithIds();
    const image = await loadImage(t, user);
    const name = freshName();
    const script =
      'mkdir -m 700 /srv && echo x > /srv/f && chmod 600 /srv/f && chown -R 33:34 /srv; rm /d/own';
    await succeedAs(t, user, 'run', '--name', name, image, 'sh', '-c', script);
    t.is(await succeedAs(t, user, 'diff', name), 'C /d\nD /d/own\nA /srv\nA /srv/f\n');
    const list = async (...words: string[]) => {
      const { stdout } = await user.run([
        'sh',
        '-c',
        '"$@" | tar -tv --numeric-owner | tr -s " " | cut -d " " -f 1,2,6',
        'sh',
        ...words,
      ]);
      return stdout.split('\n').filter((line) => line.includes('srv'));
    };
    const expected = ['drwx------ 33/34 srv/', '-rw------- 33/34 srv/f'];
    t.deepEqual(await list(MINI, 'cp', `${name}:/srv`, '-'), expected);
    t.deepEqual(await list(MINI, 'export', name), expected);
    await succeedAs(t, user, 'cp', `${name}:/srv/f`, join(user.home, 'out'));
    t.is((await user.run(['stat', '-c', '%u:%g', join(user.home, 'out')])).stdout, `${user.id}:${user.id}\n`);
    writeFileSync(join(user.home, 'in'), 'in');
    await succeedAs(t, user, 'cp', join(user.home, 'in'), `${name}:/srv/in`);
    await succeedAs(t, user, 'commit', name, `${name}-made`);
    t.is(
      await succeedAs(t, user, 'run', '--rm', `${name}-made`, 'sh', '-c', 'stat -c "%u:%g %n" /srv/*; ls /d'),
      '33:34 /srv/f\n0:0 /srv/in\n',
    );
    // Neither the user nor any other command is kept from working by what cannot be removed from outside.
    t.is(await succeedAs(t, user, 'rm', name), `${name}\n`);
    for (const place of ['containers', 'trash', 'names']) {
      t.is((await user.run(['ls', join(user.home, '.local/share/mini', place)])).stdout, '');
    }
  },
);

testUnless(
  reason,
  'user-ids.image',
  'files of a container that runs are copied both ways, whoever owns them',
  async (t) => {
    const user = makeUserWithIds();
    const image = await loadImage(t, user);
    const name = freshName();
    const script =
      'mkdir -m 700 /srv && echo x > /srv/f && chmod 600 /srv/f && chown -R 33:34 /srv; sleep 100';
    await succeedAs(t, user, 'run', '-d', '--rm', '--name', name, image, 'sh', '-c', script);
    const owner = async () => (await user.mini('exec', name, 'stat', '-c', '%u', '/srv/f')).stdout;
    await waitUntil('the file', async () => (await owner()) === '33\n');
    await succeedAs(t, user, 'cp', `${name}:/srv/f`, join(user.home, 'out'));
    t.is((await user.run(['cat', join(user.home, 'out')])).stdout, 'x\n');
    writeFileSync(join(user.home, 'in'), 'in');
    await succeedAs(t, user, 'cp', join(user.home, 'in'), `${name}:/srv/in`);
    t.is(await succeedAs(t, user, 'exec', name, 'stat', '-c', '%u:%g', '/srv/in'), '0:0\n');
    t.is(await succeedAs(t, user, 'exec', '-u', '33', name, 'sh', '-c', 'id -u; cat /srv/f'), '33\nx\n');
    // Removed by its monitor.
    await succeedAs(t, user, 'stop', '-t', '0', name);
    await waitUntil('the removal', async () => (await user.mini('ps', '-aq')).stdout === '');
    t.is((await user.run(['ls', join(user.home, '.local/share/mini/trash')])).stdout, '');
  },
);

testUnless(reason, 'user-ids.image', 'mini unshare is root of the same namespace', async (t) => {
  const user = makeUserWithIds();
  const image = await loadImage(t, user);
  t.is(
    await succeedAs(t, user, 'unshare', 'sh', '-c', 'id -u; tr -s " " < /proc/self/uid_map'),
    `0\n 0 ${user.id} 1\n 1 ${user.firstUid} 65536\n`,
  );
  t.like(await user.mini('unshare', 'sh', '-c', 'exit 7'), { exitCode: 7 });
  t.like(await user.mini('unshare', 'sh', '-c', 'kill -9 $$'), { exitCode: 137 });
  // mini itself finds there what is the user's, and runs it.
  t.is(await succeedAs(t, user, 'unshare', MINI, 'run', '--rm', '-u', '7', image, 'cat', '/d/own'), 'mine');
  t.like(await user.mini('unshare', MINI, 'unshare', 'true'), {
    exitCode: 1,
    stderr: 'failed to run mini unshare: this is one already\n',
  });
});

testUnless(
  reason,
  'user-ids.image',
  'an ordinary user has an image of Debian with all its users',
  async (t) => {
    const user = makeUserWithIds();
    const image = freshName();
    const archive = join(user.home, 'debian.tar');
    await execa('tar', ['-C', await debianRoot(), '-cf', archive, '.']);
    await succeedAs(t, user, 'import', archive, image);
    const script = [
      'apt-get --version | head -n 1 | cut -d " " -f 1',
      'su nobody -s /bin/sh -c "id -u; id -g"',
      'stat -c %U:%G /etc/shadow',
      'chown daemon:games /srv && stat -c %U:%G /srv',
    ].join('\n');
    t.is(
      await succeedAs(t, user, 'run', '--rm', image, 'sh', '-c', script),
      'apt\n65534\n65534\nroot:shadow\ndaemon:games\n',
    );
    await succeedAs(t, user, 'rmi', image);
  },
);
