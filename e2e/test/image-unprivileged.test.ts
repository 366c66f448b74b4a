import { join } from 'node:path';
import { freshName } from '../support/detached.js';
import { busyboxLayer, file, layerOf, other } from '../support/image-archive.js';
import { loadAs, succeedAs } from '../support/images-of-user.js';
import { makeNobody, whyNoOrdinaryUser } from '../support/ordinary-user.js';
import { testUnless } from '../support/skip.js';

testUnless(
  whyNoOrdinaryUser(),
  'image.unprivileged',
  'an ordinary user loads, runs and saves images',
  async (t) => {
    const user = makeNobody();
    const name = await loadAs(t, user, {
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
    });
    // All files are the one user's, who is root in the container; devices are not made.
    const expected = 'd:\ntwo\n\no:\nnew\n0 0 640\nnone\n';
    t.is(await succeedAs(t, user, 'run', '--rm', name), expected);
    t.is(
      await succeedAs(t, user, 'run', '--rm', name, 'sh', '-c', 'rm /d/two && echo x >/o/more && ls /d /o'),
      '/d:\n\n/o:\nmore\nnew\n',
    );
    await succeedAs(t, user, 'save', '-o', join(user.home, 'saved.tar'), name);
    const removed = await succeedAs(t, user, 'rmi', name);
    t.true(removed.startsWith(`Untagged: ${name}:latest\nDeleted: sha256:`), removed);
    t.is(
      await succeedAs(t, user, 'load', '-i', join(user.home, 'saved.tar')),
      `Loaded image: ${name}:latest\n`,
    );
    t.is(await succeedAs(t, user, 'run', '--rm', name), expected);
  },
);

testUnless(
  whyNoOrdinaryUser(),
  'image.unprivileged',
  'an ordinary user runs an image of 300 layers, and commits',
  async (t) => {
    const user = makeNobody();
    const layers = await Promise.all(
      Array.from({ length: 299 }, (_, index) => layerOf(file(`layer/${index}`, ''))),
    );
    const name = await loadAs(t, user, { layers: [await busyboxLayer(), ...layers] });
    const container = freshName();
    const script = 'ls /layer | wc -l; rm /layer/7; rm -r /home; mkdir /home; echo >/home/new';
    t.is(await succeedAs(t, user, 'run', '--name', container, name, 'sh', '-c', script), '299\n');
    await succeedAs(t, user, 'commit', container, 'made');
    t.is(
      await succeedAs(t, user, 'run', '--rm', 'made', 'sh', '-c', 'ls /layer | wc -l; ls /home'),
      '298\nnew\n',
    );
    t.true((await succeedAs(t, user, 'diff', container)).includes('D /layer/7\n'));
    await succeedAs(t, user, 'rm', container);
  },
);
