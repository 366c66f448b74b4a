import { chownSync, copyFileSync } from 'node:fs';
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
  'image.unprivileged',
  'an ordinary user loads, runs and saves images',
  async (t) => {
    const home = freshHome();
    const name = freshName();
    const archive = await writeArchive([
      {
        names: [name],
        config: {
          Cmd: ['sh', '-c', 'cd /; ls d o; stat -c "%u %g %a" d/two; test -e null || echo none'],
          Env: ['A=b'],
        },
        layers: [
          await busyboxLayer(),
          await layerOf(
            other('d', 'directory'),
            file('d/one', ''),
            file('d/two', '', { uid: 1234, gid: 5, mode: 0o640 }),
            other('o', 'directory', { mode: 0o555 }),
            file('o/old', ''),
            other('null', 'character', { device: { major: 1, minor: 3 } }),
          ),
          await layerOf(file('d/.wh.one', ''), file('o/.wh..wh..opq', ''), file('o/new', '')),
        ],
      },
    ]);
    const path = join(home, 'image.tar');
    copyFileSync(archive, path);
    chownSync(path, NOBODY, NOBODY);
    t.is(await succeed(t, home, 'load', '-i', path), `Loaded image: ${name}:latest\n`);
    // All files are the one user's, who is root in the container; devices are not made.
    const expected = 'd:\ntwo\n\no:\nnew\n0 0 640\nnone\n';
    t.is(await succeed(t, home, 'run', '--rm', name), expected);
    t.is(
      await succeed(t, home, 'run', '--rm', name, 'sh', '-c', 'rm /d/two && echo x >/o/more && ls /d /o'),
      '/d:\n\n/o:\nmore\nnew\n',
    );
    await succeed(t, home, 'save', '-o', join(home, 'saved.tar'), name);
    const removed = await succeed(t, home, 'rmi', name);
    t.true(removed.startsWith(`Untagged: ${name}:latest\nDeleted: sha256:`), removed);
    t.is(await succeed(t, home, 'load', '-i', join(home, 'saved.tar')), `Loaded image: ${name}:latest\n`);
    t.is(await succeed(t, home, 'run', '--rm', name), expected);
  },
);

testUnless(
  whyNoOrdinaryUser(),
  'image.unprivileged',
  'an ordinary user runs an image of 300 layers, and commits',
  async (t) => {
    const home = freshHome();
    const name = freshName();
    const layers = await Promise.all(
      Array.from({ length: 299 }, (_, index) => layerOf(file(`layer/${index}`, ''))),
    );
    const archive = await writeArchive([{ names: [name], layers: [await busyboxLayer(), ...layers] }]);
    const path = join(home, 'image.tar');
    copyFileSync(archive, path);
    chownSync(path, NOBODY, NOBODY);
    await succeed(t, home, 'load', '-i', path);
    const container = freshName();
    const script = 'ls /layer | wc -l; rm /layer/7; rm -r /home; mkdir /home; echo >/home/new';
    t.is(await succeed(t, home, 'run', '--name', container, name, 'sh', '-c', script), '299\n');
    await succeed(t, home, 'commit', container, 'made');
    t.is(
      await succeed(t, home, 'run', '--rm', 'made', 'sh', '-c', 'ls /layer | wc -l; ls /home'),
      '298\nnew\n',
    );
    t.true((await succeed(t, home, 'diff', container)).includes('D /layer/7\n'));
    await succeed(t, home, 'rm', container);
  },
);
