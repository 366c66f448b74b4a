import { join } from 'node:path';
import { busyboxLayer, file, layerOf, other } from '../support/image-archive.js';
import { loadAs, succeedAs } from '../support/images-of-user.js';
import { testUnless } from '../support/skip.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { makeUserWithIds, whyNoUserWithIds } from '../support/user-with-ids.js';

const reason = whyNoUserWithIds();

testUnless(
  reason,
  'user-ids.layers',
  'a user finds users and volumes of all layers of an image',
  async (t) => {
    const user = makeUserWithIds();
    const before = takeSnapshot();
    const own = { uid: 7, gid: 8 };
    const data = other('data', 'directory', { ...own, mode: 0o700 });
    const image = await loadAs(t, user, {
      config: { Volumes: { '/data': {} }, User: 'somebody' },
      layers: [
        await busyboxLayer(),
        await layerOf(
          other('etc', 'directory'),
          file('etc/passwd', 'root:x:0:0::/root:/bin/sh\nsomebody:x:7:8::/srv:/bin/sh\n'),
          data,
          file('data/own', 'mine', { ...own, mode: 0o600 }),
          file('data/old', '', own),
        ),
        await layerOf(data, file('data/.wh.old', '')),
        await layerOf(file('last', '')),
      ],
    });
    const run = (...words: string[]) => succeedAs(t, user, 'run', '--rm', ...words);
    const script = 'id -u; ls /data; cat /data/own; stat -c " %u:%g %a" /data; grep -c localhost /etc/hosts';
    const expected = '7\nown\nmine 7:8 700\n2\n';
    t.is(await run(image, 'sh', '-c', script), expected);
    t.is(await run('-v', 'kept:/data', image, 'sh', '-c', script), expected);
    await run('-v', 'kept:/data', image, 'sh', '-c', 'echo more >> /data/own');
    t.is(await run('-v', 'kept:/data', image, 'cat', '/data/own'), 'minemore\n');
    t.is(await succeedAs(t, user, 'volume', 'ls', '-q'), 'kept\n');
    t.is(await succeedAs(t, user, 'volume', 'rm', 'kept'), 'kept\n');
    t.regex(await succeedAs(t, user, 'run', '--explain', image, 'true'), /^ *\d+ {2}uid +uid=7 /m);
    t.is((await user.run(['ls', join(user.home, '.local/share/mini/volumes')])).stdout, '');
    await succeedAs(t, user, 'rmi', image);
    t.deepEqual(await differenceSince(before), NOTHING);
  },
);

testUnless(
  reason,
  'user-ids.layers',
  'so does one without subordinate ids, as far as one id goes',
  async (t) => {
    const user = makeUserWithIds();
    user.grant('', '');
    const image = await loadAs(t, user, {
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
    });
    const script = 'id -un; cat /data/own; grep -c localhost /etc/hosts';
    const words = ['run', '--rm', '-u', 'admin', '-v', '/data', image, 'sh', '-c', script];
    t.is(await succeedAs(t, user, ...words), 'admin\nmine2\n');
    t.is(await succeedAs(t, user, 'volume', 'ls', '-q'), '');
    await succeedAs(t, user, 'rmi', image);
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
