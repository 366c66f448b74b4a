import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { busyboxLayer, file, layerOf, other } from '../support/image-archive.js';
import { loadAs, succeedAs } from '../support/images-of-user.js';
import { makeNobody, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { testUnless } from '../support/skip.js';

testUnless(
  whyNoOrdinaryUser(),
  'volume.unprivileged',
  'an ordinary user has volumes, filled from all layers of an image',
  async (t) => {
    const user = makeNobody();
    const name = await loadAs(t, user, {
      config: { Cmd: ['ls', '/data'], Volumes: { '/data': {} } },
      layers: [
        await busyboxLayer(),
        await layerOf(
          other('data', 'directory', { mode: 0o750 }),
          file('data/below', 'b'),
          file('data/gone', 'g'),
        ),
        await layerOf(
          other('data', 'directory', { mode: 0o750 }),
          file('data/.wh.gone', ''),
          file('data/above', 'a'),
        ),
      ],
    });
    const volumes = join(user.home, '.local/share/mini/volumes');
    t.is(await succeedAs(t, user, 'run', '--rm', name), 'above\nbelow\n');
    t.deepEqual(readdirSync(volumes), []);
    const script = 'stat -c %a /data; cat /data/above /data/below; echo; echo more > /data/more';
    t.is(await succeedAs(t, user, 'run', '--rm', '-v', 'kept:/data', name, 'sh', '-c', script), '750\nab\n');
    t.is(await succeedAs(t, user, 'run', '--rm', '-v', 'kept:/data:ro', name), 'above\nbelow\nmore\n');
    t.deepEqual(readdirSync(join(volumes, 'kept')).sort(), ['_data', 'lock', 'record.json']);
    const sub = ['--mount', 'src=kept,dst=/m,volume-subpath=more'];
    t.is(await succeedAs(t, user, 'run', '--rm', ...sub, name, 'cat', '/m'), 'more\n');
    t.is(await succeedAs(t, user, 'volume', 'ls', '-q'), 'kept\n');
    t.is(await succeedAs(t, user, 'volume', 'rm', 'kept'), 'kept\n');
    t.false(existsSync(join(volumes, 'kept')));
    const { exitCode, stderr } = await user.mini(
      'run',
      '--rm',
      '-v',
      `${user.home}:/m:idmap=uids=0-0-1;gids=0-0-1`,
      name,
    );
    t.deepEqual(
      [exitCode, stderr],
      [
        125,
        `failed to mount -v "${user.home}:/m:idmap=uids=0-0-1;gids=0-0-1": only root can map the owners of files\n`,
      ],
    );
  },
);
