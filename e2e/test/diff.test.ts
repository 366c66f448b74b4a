import * as fs from 'node:fs';
import test from 'ava';
import { startWith } from '../support/container-with-files.js';
import { failure, freshName, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';

test('diff tells what was changed, and nothing of what mini made', async (t) => {
  const volume = freshDirectory();
  const script =
    'rm /etc/group; echo x >> /etc/passwd; mkdir -p /new/deep; touch /new/deep/file; chmod 700 /tmp';
  const { name } = await startWith(t, script, ['-v', `${volume}:/mnt/vol`]);
  const expected =
    'C /etc\nD /etc/group\nC /etc/passwd\nA /new\nA /new/deep\nA /new/deep/file\nA /ready\nC /tmp\n';
  t.is(await succeed(t, 'diff', name), expected);
  await succeed(t, 'stop', '-t', '0', name);
  t.is(await succeed(t, 'container', 'diff', name), expected);
  const json = (await succeed(t, 'diff', '--format', 'json', name))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(json[1], { Type: 'D', Path: '/etc/group' });
  t.is((await succeed(t, 'diff', '--format', 'table', name)).split('\n')[0], 'CHANGE TYPE   PATH');

  const plain = freshName();
  await succeed(t, 'create', '--name', plain, '--rootfs', busyboxRoot(), 'true');
  t.teardown(() => mini(['rm', '-f', plain]));
  t.deepEqual(
    await mini(['diff', plain]),
    failure(
      `failed to list the changes of container "${plain}": its root is the directory "${busyboxRoot()}" itself, without a layer for changes\nhint: run it with --rootfs DIR:O to have one`,
    ),
  );
});

test('diff of a copy of this machine', async (t) => {
  const name = freshName();
  const { exitCode, stderr } = await mini(['run', '-d', '--name', name, 'host', 'sleep', '1000']);
  t.is(exitCode, 0, stderr);
  t.teardown(() => mini(['rm', '-f', name]));
  t.is(await succeed(t, 'diff', name), '');
  await mini(['exec', name, 'sh', '-c', 'echo x > /etc/of-mine; mkdir /root/r; rm -rf /run/lock']);
  t.is(
    await succeed(t, 'diff', name),
    'C /etc\nA /etc/of-mine\nC /root\nA /root/r\n' +
      (fs.existsSync('/run/lock') ? 'C /run\nD /run/lock\n' : ''),
  );
});
