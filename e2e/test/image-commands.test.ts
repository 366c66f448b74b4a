import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { failure, freshName, succeed } from '../support/detached.js';
import { busyboxLayer, file, layerOf, other, readIndex, writeArchive } from '../support/image-archive.js';
import { loadImage } from '../support/loaded-image.js';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';

const removing = (name: string) => () => mini(['rmi', '-f', name]);

test('tag gives an image another name, and rmi takes one at a time', async (t) => {
  const { name, id } = await loadImage(t);
  const other = freshName();
  t.is(await succeed(t, 'tag', name, other), '');
  t.teardown(removing(other));
  const ids = await succeed(t, 'images', '-q', '--no-trunc', other);
  t.is(ids, `${id}\n`);
  const refused = failure(
    `failed to remove image "${id.slice(7, 19)}": it has several names: "${name}", "${other}:latest"\nhint: remove it by each of them, or use --force`,
  );
  t.deepEqual(await mini(['rmi', id.slice(7, 19)]), refused);
  t.is(await succeed(t, 'rmi', name), `Untagged: ${name}\n`);
  t.is(await succeed(t, 'run', '--rm', other, 'echo', 'still'), 'still\n');
  t.deepEqual(
    await mini(['tag', 'no-such-image', 'x']),
    failure(
      'failed to tag image "no-such-image": there is none here\nhint: mini images lists those there are',
    ),
  );
  t.deepEqual(
    await mini(['tag', other, 'UPPER']),
    failure(
      'failed to read the image name "UPPER": invalid reference format: repository name (library/UPPER) must be lowercase',
    ),
  );
});

test('a name that is given anew leaves the other image without', async (t) => {
  const first = await loadImage(t, { layers: [await layerOf(file('first', freshName()))] });
  const second = await loadImage(t, { layers: [await layerOf(file('second', freshName()))] });
  await succeed(t, 'tag', second.name, first.name);
  t.is(await succeed(t, 'images', '-q', '--no-trunc', first.name), `${second.id}\n`);
  const dangling = await succeed(
    t,
    'images',
    '-f',
    'dangling=true',
    '--no-trunc',
    '--format',
    '{{.ID}} {{.Repository}} {{.Tag}}',
  );
  t.true(dangling.split('\n').includes(`${first.id} <none> <none>`));
  t.true((await succeed(t, 'rmi', first.id)).startsWith(`Deleted: ${first.id}\n`));
});

for (const format of ['docker-archive', 'oci-archive']) {
  test(`what save writes as ${format}, load reads`, async (t) => {
    const { name, id } = await loadImage(t, {
      config: { Cmd: ['cat', '/f'] },
      layers: [await layerOf(file('f', format))],
    });
    const path = join(freshDirectory('save'), 'image.tar');
    t.is(await succeed(t, 'save', '--format', format, '-o', path, name), '');
    await succeed(t, 'rmi', name);
    t.is(await succeed(t, 'load', '-i', path), `Loaded image: ${name}\n`);
    t.is(await succeed(t, 'images', '-q', '--no-trunc', name), `${id}\n`);
    t.is(await succeed(t, 'run', '--rm', name), format);
    // The same image makes the same archive.
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const copy = join(freshDirectory('save'), 'again.tar');
    await succeed(t, 'save', '--format', format, '-o', copy, name);
    t.is(digest(readFileSync(copy)), digest(readFileSync(path)));
  });
}

test('an archive of several images comes through stdin too', async (t) => {
  const layer = await layerOf(file('shared', freshName()));
  const images = [1, 2].map((number) => ({
    names: [`${freshName()}:${number}`],
    config: { Cmd: [`echo`, `${number}`] },
    layers: [layer],
  }));
  const path = await writeArchive(images);
  const { stdout } = await mini(['load'], { input: readFileSync(path) });
  const [one, two] = images.map(({ names }) => names[0]!);
  t.teardown(removing(one!));
  t.teardown(removing(two!));
  t.is(stdout, `Loaded image: ${one}\nLoaded image: ${two}\n`);
});

test('import makes an image of files, and history tells of it', async (t) => {
  const path = join(freshDirectory('import'), 'root.tar');
  writeFileSync(path, await busyboxLayer());
  const name = `${freshName()}:3`;
  const changes = ['-c', 'CMD ["sh", "-c", "echo $A; pwd"]', '-c', 'ENV A="b c"', '-c', 'WORKDIR /tmp'];
  const id = (await succeed(t, 'import', ...changes, '-m', 'from files', path, name)).trim();
  t.teardown(removing(name));
  t.regex(id, /^sha256:[0-9a-f]{64}$/);
  t.is(await succeed(t, 'run', '--rm', name), 'b c\n/tmp\n');
  const history = await succeed(t, 'history', '--format', '{{.ID}}|{{.CreatedBy}}|{{.Comment}}', name);
  t.is(history, `${id.slice(7, 19)}||from files\n`);
  t.deepEqual(
    await mini(['import', '-c', 'RUN x', path]),
    failure(
      `failed to import "${path}": the change "RUN x" is none of CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR`,
    ),
  );
  t.deepEqual(
    await mini(['import', '/nowhere.tar']),
    failure('failed to read "/nowhere.tar": ENOENT no such file or directory'),
  );
});

test('commit makes an image of what a container changed', async (t) => {
  const { name } = await loadImage(t, {
    config: { Env: ['A=1'], Labels: { l: 'm' }, WorkingDir: '/w' },
    layers: [
      await layerOf(
        other('d', 'directory'),
        file('d/one', '1'),
        file('d/two', '2'),
        other('o', 'directory'),
        file('o/old', ''),
      ),
    ],
  });
  const container = freshName();
  const script =
    'rm /d/one; echo new >/d/three; rm -r /o; mkdir /o; echo x >/o/new; chown 5:6 /d/two; chmod 4711 /d/two';
  await succeed(t, 'run', '--name', container, '-e', 'B=2', name, 'sh', '-c', script);
  t.teardown(() => mini(['rm', '-f', container]));
  const made = `${freshName()}:c`;
  const id = (
    await succeed(
      t,
      'commit',
      '-a',
      'me',
      '-m',
      'changed',
      '-c',
      'CMD ["sh", "-c", "cd /; ls d o; stat -c %a-%u-%g d/two; env"]',
      container,
      made,
    )
  ).trim();
  t.teardown(removing(made));
  const output = await succeed(t, 'run', '--rm', made);
  t.true(output.startsWith('d:\nthree\ntwo\n\no:\nnew\n4711-5-6\n'), output);
  t.regex(output, /^A=1$/m);
  t.regex(output, /^B=2$/m);
  const { Author, Comment, Config, RootFS, Id, RepoTags } = JSON.parse(
    await succeed(t, 'image', 'inspect', '-f', 'json', made),
  )[0];
  t.like({ Author, Comment, Id, RepoTags }, { Author: 'me', Comment: 'changed', Id: id, RepoTags: [made] });
  t.like(Config, { WorkingDir: '/w', Labels: { l: 'm' } });
  t.is(RootFS.Layers.length, 3);
  t.is((await succeed(t, 'history', '-q', made)).trim().split('\n').length, 3);
  // What mini itself put there to mount something on is in no layer.
  t.is(await succeed(t, 'run', '--rm', '--entrypoint', 'ls', made, '/etc/hosts'), '/etc/hosts\n');
});

test('a directory is committed whole', async (t) => {
  const container = freshName();
  await succeed(t, 'create', '--name', container, '--rootfs', `${busyboxRoot()}:O`, 'true');
  t.teardown(() => mini(['rm', '-f', container]));
  const made = freshName();
  await succeed(t, 'commit', container, made);
  t.teardown(removing(made));
  t.is(await succeed(t, 'run', '--rm', made, 'echo', 'whole'), 'whole\n');
});

test('diff of a container of an image', async (t) => {
  const { name } = await loadImage(t, {
    layers: [
      await layerOf(other('d', 'directory'), file('d/one', '1'), file('d/two', '2')),
      await layerOf(file('d/.wh.one', ''), file('d/three', '3')),
    ],
  });
  const container = freshName();
  await succeed(
    t,
    'run',
    '--name',
    container,
    name,
    'sh',
    '-c',
    'rm /d/two; echo >/d/one; echo changed >/d/three; touch /new',
  );
  t.teardown(() => mini(['rm', '-f', container]));
  t.is(await succeed(t, 'diff', container), 'C /d\nA /d/one\nC /d/three\nD /d/two\nA /new\n');
});

test('inspect finds images where there is no such container', async (t) => {
  const { name, id } = await loadImage(t, { config: { Cmd: ['x'], ExposedPorts: { '1/tcp': {} } } });
  t.is(await succeed(t, 'inspect', '-f', '{{.Id}} {{.Os}}', name), `${id} linux\n`);
  t.is(
    await succeed(t, 'inspect', '--type', 'image', '-f', '{{json .Config}}', name),
    '{"Cmd":["x"],"ExposedPorts":{"1/tcp":{}}}\n',
  );
  const missing = await mini(['inspect', '--type', 'image', 'nowhere']);
  t.deepEqual(
    missing,
    failure(
      'failed to inspect image "nowhere": there is none here\nhint: mini images lists those there are',
      '[]\n',
    ),
  );
});

test('filters and columns of images', async (t) => {
  const { name, id } = await loadImage(t, { config: { Labels: { a: freshName(), b: '2' } } });
  const [repository] = name.split(':');
  const label = JSON.parse(await succeed(t, 'image', 'inspect', '-f', '{{json .Config.Labels}}', name)).a;
  t.is(await succeed(t, 'images', '-q', '--no-trunc', '-f', `label=a=${label}`, '-f', 'label=b'), `${id}\n`);
  t.is(await succeed(t, 'images', '-q', '-f', `label=a=${label}`, '-f', 'label=c'), '');
  t.is(await succeed(t, 'image', 'ls', '-q', '--no-trunc', '-f', `reference=${repository}`), `${id}\n`);
  t.regex(
    await succeed(t, 'images', name),
    /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\n.* 1 +[0-9a-f]{12} +\d+ \w+ ago +\S+B\n$/,
  );
  t.deepEqual(
    await mini(['images', '-f', 'nonsense=1']),
    failure('failed to filter by "nonsense=1": there is no filter "nonsense"'),
  );
});

test('system df counts, and prune removes what nothing refers to', async (t) => {
  const { name, id } = await loadImage(t, {
    layers: [await layerOf(file('big', 'x'.repeat(100_000 + Math.trunc(process.pid))))],
  });
  const df = await succeed(t, 'system', 'df', '--format', '{{.Type}} {{.TotalCount}}');
  t.regex(df, /^Images [1-9]\d*\nContainers \d+\nLocal Volumes \d+\n$/);
  t.true((await succeed(t, 'system', 'df', '-v')).includes(id.slice(7, 19)));
  // Others' images have names: without --all they are left alone.
  const other = await loadImage(t, { layers: [await layerOf(file('other', freshName()))] });
  await succeed(t, 'tag', other.name, name);
  const pruned = await succeed(t, 'image', 'prune', '-f');
  t.true(pruned.includes(`deleted: ${id}\n`), pruned);
  t.regex(pruned, /\nTotal reclaimed space: \d.*B\n$/);
  t.false(readIndex().some(({ annotations }) => annotations?.['dev.mini.image.id'] === id));
});

test('rmi of what is not there', async (t) => {
  t.deepEqual(await mini(['rmi', 'nowhere']), failure('failed to find image "nowhere": there is none'));
  t.is((await mini(['rmi', '-f', 'nowhere'])).exitCode, 0);
});

test("what is done to images is told, in docker's words", async (t) => {
  const { name, id } = await loadImage(t, { layers: [await layerOf(file('told', freshName()))] });
  const other = `${freshName()}:1`;
  const archive = join(freshDirectory(), 'image.tar');
  await succeed(t, 'tag', name, other);
  await succeed(t, 'save', '-o', archive, other);
  await succeed(t, 'rmi', other);
  await succeed(t, 'rmi', name);
  const list = (...flags: string[]) =>
    succeed(t, 'events', '--stream=false', '--filter', 'type=image', '--filter', `image=${id}`, ...flags);
  t.is(
    await list('--format', '{{.Action}} {{.Actor.ID}} {{json .Actor.Attributes}}'),
    [
      `load ${id} {"name":"${id}"}`,
      `tag ${id} {"name":"${other}"}`,
      `save ${id} {"name":"${other}"}`,
      `untag ${id} {"name":"${id}"}`,
      `untag ${id} {"name":"${id}"}`,
      `delete ${id} {"name":"${id}"}`,
      '',
    ].join('\n'),
  );
  t.regex(await list('--filter', 'event=tag'), new RegExp(`^\\S+ image tag ${id} \\(name=${other}\\)\n$`));
  const imported = `${freshName()}:1`;
  const root = join(freshDirectory(), 'root.tar');
  writeFileSync(root, await layerOf(file('imported', freshName())));
  t.teardown(removing(imported));
  await succeed(t, 'import', root, imported);
  t.is(
    await succeed(t, 'events', '--stream=false', '--filter', `image=${imported}`, '--format', '{{.Action}}'),
    'import\n',
  );
});
