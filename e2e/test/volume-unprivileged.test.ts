import { chownSync, copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { freshName } from '../support/detached.js';
import { busyboxLayer, file, layerOf, other, writeArchive } from '../support/image-archive.js';
import { freshHome, miniAsNobody, NOBODY, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { testUnless } from '../support/skip.js';

/** Runs mini as an ordinary user; it must succeed and say nothing on stderr. */
async function succeed(t: ExecutionContext, home: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await miniAsNobody(args, home);
  t.deepEqual({ args, exitCode, stderr }, { args, exitCode: 0, stderr: '' });
  return stdout;
}

testUnless(
  whyNoOrdinaryUser(),
  'volume.unprivileged',
  'an ordinary user has volumes, filled from all layers of an image',
  async (t) => {
    const home = freshHome();
    const name = freshName();
    const archive = await writeArchive([
      {
        names: [name],
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
      },
    ]);
    const path = join(home, 'image.tar');
    copyFileSync(archive, path);
    chownSync(path, NOBODY, NOBODY);
    await succeed(t, home, 'load', '-i', path);
    const volumes = join(home, '.local/share/mini/volumes');
    t.is(await succeed(t, home, 'run', '--rm', name), 'above\nbelow\n');
    t.deepEqual(readdirSync(volumes), []);
    const script = 'stat -c %a /data; cat /data/above /data/below; echo; echo more > /data/more';
    t.is(await succeed(t, home, 'run', '--rm', '-v', 'kept:/data', name, 'sh', '-c', script), '750\nab\n');
    t.is(await succeed(t, home, 'run', '--rm', '-v', 'kept:/data:ro', name), 'above\nbelow\nmore\n');
    t.deepEqual(readdirSync(join(volumes, 'kept')).sort(), ['_data', 'lock', 'record.json']);
    const sub = ['--mount', 'src=kept,dst=/m,volume-subpath=more'];
    t.is(await succeed(t, home, 'run', '--rm', ...sub, name, 'cat', '/m'), 'more\n');
    t.is(await succeed(t, home, 'volume', 'ls', '-q'), 'kept\n');
    t.is(await succeed(t, home, 'volume', 'rm', 'kept'), 'kept\n');
    t.false(existsSync(join(volumes, 'kept')));
    const { exitCode, stderr } = await miniAsNobody(
      ['run', '--rm', '-v', `${home}:/m:idmap=uids=0-0-1;gids=0-0-1`, name],
      home,
    );
    t.deepEqual(
      [exitCode, stderr],
      [
        125,
        `failed to mount -v "${home}:/m:idmap=uids=0-0-1;gids=0-0-1": only root can map the owners of files\n`,
      ],
    );
  },
);
