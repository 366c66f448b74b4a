import test from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { file, layerOf, other } from '../support/image-archive.js';
import { loadImage } from '../support/loaded-image.js';
import { mini } from '../support/mini.js';

test('load, images, run, rmi', async (t) => {
  const { name, id } = await loadImage(t, { config: { Cmd: ['echo', 'hello from the image'] } });
  const [repository, tag] = name.split(':');
  const listed = await succeed(t, 'images', '--format', '{{.Repository}} {{.Tag}} {{.ID}}', repository!);
  t.is(listed, `${repository} ${tag} ${id.slice(7, 19)}\n`);
  t.is(await succeed(t, 'run', '--rm', name), 'hello from the image\n');
  t.is(await succeed(t, 'run', '--rm', id.slice(7, 20), 'echo', 'by its id'), 'by its id\n');
  const removed = await succeed(t, 'rmi', name);
  t.true(removed.startsWith(`Untagged: ${name}\nDeleted: ${id}\n`), removed);
  t.like(await mini(['run', '--rm', '--pull', 'never', name]), {
    exitCode: 125,
    stdout: '',
    stderr: `failed to find image "${name}": there is none here\nhint: mini images lists those there are, mini pull fetches one, mini load reads one from a file\n`,
  });
});

test('the config of an image is obeyed', async (t) => {
  const passwd = file('etc/passwd', 'root:x:0:0::/root:/bin/sh\napp:x:1234:2345::/home/app:/bin/sh\n');
  const { name } = await loadImage(t, {
    layers: [await layerOf(passwd)],
    config: {
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['echo $GREETING $HOME; pwd; id -u; id -g'],
      Env: ['GREETING=good morning', 'EMPTY='],
      WorkingDir: '/made/here',
      User: 'app',
      Labels: { from: 'image', both: 'image' },
      StopSignal: 'SIGQUIT',
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/data': {} },
      Healthcheck: { Test: ['CMD', 'true'], Interval: 7_000_000_000, Retries: 2 },
    },
  });
  t.is(await succeed(t, 'run', '--rm', name), 'good morning /home/app\n/made/here\n1234\n2345\n');
  t.is(
    await succeed(
      t,
      'run',
      '--rm',
      '-e',
      'GREETING=hi',
      '-w',
      '/',
      '-u',
      '0',
      name,
      'echo $GREETING; pwd; id -u',
    ),
    'hi\n/\n0\n',
  );
  // An entrypoint of one's own drops the command of the image.
  t.is(await succeed(t, 'run', '--rm', '--entrypoint', 'echo', name, 'mine'), 'mine\n');
  t.is(await succeed(t, 'run', '--rm', '--entrypoint', '', name, 'echo', 'none'), 'none\n');

  const container = freshName();
  await succeed(t, 'create', '--name', container, '-l', 'both=flag', '--health-retries', '5', name);
  t.teardown(() => mini(['rm', '-f', container]));
  const { Image, Config } = JSON.parse(await succeed(t, 'inspect', '-f', '{{json .}}', container));
  t.regex(Image, /^sha256:[0-9a-f]{64}$/);
  t.like(Config, {
    Image: name,
    User: 'app',
    WorkingDir: '/made/here',
    Labels: { from: 'image', both: 'flag' },
    StopSignal: 'SIGQUIT',
    ExposedPorts: { '80/tcp': {} },
    Volumes: { '/data': {} },
  });
  t.like(Config.Healthcheck, { Test: ['CMD', 'true'], Interval: 7_000_000_000, Retries: 5 });
});

test('an image without a command needs one', async (t) => {
  const { name } = await loadImage(t);
  t.like(await mini(['run', '--rm', name]), {
    exitCode: 125,
    stderr: `failed to run "${name}": there is no command, and the image has none of its own\nhint: give the command after the image: mini run IMAGE COMMAND\n`,
  });
});

test('layers hide and replace what is below them', async (t) => {
  const { name } = await loadImage(t, {
    layers: [
      await layerOf(
        other('a', 'directory'),
        file('a/one', 'low'),
        file('a/two', 'low'),
        other('b', 'directory'),
        file('b/gone', 'low'),
        file('c', 'a file'),
        other('d', 'directory'),
        file('d/below', 'low'),
      ),
      await layerOf(
        file('a/.wh.one', ''),
        other('b', 'directory', { mode: 0o700 }),
        file('b/.wh..wh..opq', ''),
        file('b/new', 'high'),
        other('c', 'directory'),
        file('c/in', 'high'),
        file('d', 'a file now'),
        file('.wh..wh.aufs', ''),
      ),
    ],
  });
  const script = 'cd /; ls a b c; cat a/two c/in d; stat -c %a b; ls -a | grep wh; true';
  t.is(
    await succeed(t, 'run', '--rm', name, 'sh', '-c', script),
    'a:\ntwo\n\nb:\nnew\n\nc:\nin\nlowhigha file now700\n',
  );
});

test('an image stays while containers are made of it, and its layers after', async (t) => {
  const { name, id } = await loadImage(t, {
    config: { Cmd: ['cat', '/kept'] },
    layers: [await layerOf(file('kept', 'still here\n'))],
  });
  const container = freshName();
  await succeed(t, 'create', '--name', container, name);
  t.teardown(() => mini(['rm', '-f', container]));
  const refused = await mini(['rmi', name]);
  t.like(refused, {
    exitCode: 1,
    stdout: '',
    stderr: `failed to remove image "${name}": container "${container}" (created) is made of it\nhint: remove the container first, or use --force\n`,
  });
  t.is(await succeed(t, 'rmi', '-f', name), `Untagged: ${name}\nDeleted: ${id}\n`);
  // Whatever throws away what is unused later leaves them too.
  await loadImage(t, { layers: [await layerOf(file('another', name))] });
  await succeed(t, 'image', 'prune', '-f');
  t.is(await succeed(t, 'start', '-a', container), 'still here\n');
});
