import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianRoot } from '@mini/tools';
import { execa } from 'execa';
import { freshName, succeed } from '../support/detached.js';
import {
  busyboxLayer,
  digestOf,
  file,
  layerOf,
  other,
  type TestImage,
  writeArchive,
  writeMembers,
} from '../support/image-archive.js';
import { loadImage } from '../support/loaded-image.js';
import { mini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const STORE = 'oci:/var/lib/mini/images';

const without = (program: string) =>
  spawnSync(program, ['--version']).status === 0 ? undefined : `there is no ${program}`;

/** Options of podman and buildah for a storage of their own; vfs mounts nothing on this machine. */
function freshStorage(): string[] {
  return [
    '--root',
    freshDirectory('storage'),
    '--runroot',
    freshDirectory('storage-run'),
    '--storage-driver',
    'vfs',
  ];
}

const MANY: Partial<TestImage> = { config: { Cmd: ['cat', '/made/by'], Env: ['A=b'], Labels: { x: 'y' } } };

testUnless(without('skopeo'), 'image.skopeo', 'skopeo reads and writes the same images', async (t) => {
  const { name, id } = await loadImage(t, { ...MANY, layers: [await layerOf(file('made/by', 'mini'))] });
  const inspected = JSON.parse(
    (await execa('skopeo', ['inspect', '--config', `${STORE}:docker.io/library/${name}`])).stdout,
  );
  t.deepEqual(inspected.config.Labels, { x: 'y' });
  // Through each of its forms and back, it is the same image.
  const directory = freshDirectory('skopeo');
  const forms = ['docker-archive', 'oci-archive'].map((form) => ({ form, path: join(directory, form) }));
  for (const { form, path } of forms) {
    await execa('skopeo', [
      'copy',
      '-q',
      `${STORE}:docker.io/library/${name}`,
      `${form}:${path}:docker.io/library/${name}`,
    ]);
    await succeed(t, 'rmi', name);
    t.is(await succeed(t, 'load', '-i', path), `Loaded image: ${name}\n`);
    t.is(await succeed(t, 'images', '-q', '--no-trunc', name), `${id}\n`);
  }
  t.is(await succeed(t, 'run', '--rm', name), 'mini');
  // What skopeo puts into the store itself runs too: its layers are unpacked then.
  const theirs = freshName();
  await execa('skopeo', ['copy', '-q', `oci-archive:${forms[1]!.path}`, `${STORE}:localhost/${theirs}:2`]);
  t.teardown(() => mini(['rmi', '-f', `${theirs}:2`]));
  t.is(await succeed(t, 'run', '--rm', `${theirs}:2`), 'mini');
});

testUnless(
  without('podman'),
  'image.podman',
  'podman loads what mini saves, and saves what mini loads',
  async (t) => {
    const { name, id } = await loadImage(t, { ...MANY, layers: [await layerOf(file('made/by', 'mini'))] });
    for (const format of ['docker-archive', 'oci-archive']) {
      const storage = freshStorage();
      const directory = freshDirectory('podman');
      await succeed(t, 'save', '--format', format, '-o', join(directory, 'ours'), name);
      await execa('podman', [...storage, 'load', '-q', '-i', join(directory, 'ours')]);
      const known = await execa('podman', [...storage, 'image', 'inspect', '--format', '{{.Id}}', name]);
      t.is(known.stdout, id.slice(7));
      await execa('podman', [
        ...storage,
        'save',
        '-q',
        '--format',
        format,
        '-o',
        join(directory, 'theirs'),
        name,
      ]);
      await succeed(t, 'rmi', name);
      t.is(await succeed(t, 'load', '-i', join(directory, 'theirs')), `Loaded image: ${name}\n`);
      t.is(await succeed(t, 'run', '--rm', name), 'mini');
    }
  },
);

testUnless(
  without('buildah'),
  'image.buildah',
  'buildah builds on an image of the store, and into it',
  async (t) => {
    const { name } = await loadImage(t, MANY);
    const storage = freshStorage();
    const buildah = async (...words: string[]) =>
      (await execa('buildah', [...storage, ...words])).stdout.trim();
    const working = await buildah('from', `${STORE}:docker.io/library/${name}`);
    const by = join(freshDirectory(), 'by');
    writeFileSync(by, 'buildah');
    await buildah('copy', '-q', working, by, '/made/by');
    const made = `localhost/${freshName()}:b`;
    await buildah('commit', '-q', working, `${STORE}:${made}`);
    t.teardown(() => mini(['rmi', '-f', made]));
    t.is(await succeed(t, 'run', '--rm', made), 'buildah');
    t.regex(await succeed(t, 'images', made), /^REPOSITORY.*\nlocalhost\//);
  },
);

testUnless(without('umoci'), 'image.umoci', 'an image that umoci made', async (t) => {
  const directory = freshDirectory('umoci');
  const [layout, tree] = [join(directory, 'layout'), join(directory, 'tree')];
  mkdirSync(tree);
  writeFileSync(join(directory, 'busybox.tar'), await busyboxLayer());
  const name = freshName();
  const image = ['--image', `${layout}:${name}`];
  await execa('umoci', ['init', '--layout', layout]);
  await execa('umoci', ['new', ...image]);
  await execa('umoci', ['raw', 'add-layer', ...image, join(directory, 'busybox.tar')]);
  await execa('umoci', ['config', ...image, '--config.cmd', 'echo', '--config.cmd', 'from umoci']);
  await execa('tar', ['-c', '-f', join(directory, 'image.tar'), '-C', layout, '.']);
  t.is(await succeed(t, 'load', '-i', join(directory, 'image.tar')), `Loaded image: ${name}:latest\n`);
  t.teardown(() => mini(['rmi', '-f', name]));
  t.is(await succeed(t, 'run', '--rm', name), 'from umoci\n');
  // And back: it unpacks what mini saves.
  await succeed(t, 'save', '--format', 'oci-archive', '-o', join(directory, 'ours.tar'), name);
  const ours = join(directory, 'ours');
  mkdirSync(ours);
  await execa('tar', ['-x', '-f', join(directory, 'ours.tar'), '-C', ours]);
  const { stdout } = await execa('umoci', ['stat', '--image', `${ours}:docker.io/library/${name}:latest`], {
    reject: false,
  });
  const listed = stdout === '' ? (await execa('umoci', ['ls', '--layout', ours])).stdout : stdout;
  t.true(listed.includes(stdout === '' ? name : 'LAYER'), listed);
});

testUnless(without('zstd'), 'image.zstd', 'layers compressed by zstd and gzip', async (t) => {
  const base = await busyboxLayer();
  for (const [program, suffix] of [
    ['zstd', 'zstd'],
    ['gzip', 'gzip'],
  ] as const) {
    const packed = Buffer.from(
      (await execa(program, ['-c', '-q'], { input: base, encoding: 'buffer' })).stdout,
    );
    const config = Buffer.from(
      JSON.stringify({
        os: 'linux',
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        config: { Cmd: ['echo', program] },
        rootfs: { type: 'layers', diff_ids: [digestOf(base)] },
      }),
    );
    const types = 'application/vnd.oci.image';
    const describe = (bytes: Buffer, type: string) => ({
      mediaType: `${types}.${type}`,
      digest: digestOf(bytes),
      size: bytes.length,
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: describe(config, 'config.v1+json'),
        layers: [describe(packed, `layer.v1.tar+${suffix}`)],
      }),
    );
    const name = freshName();
    const entry = {
      ...describe(manifest, 'manifest.v1+json'),
      annotations: { 'org.opencontainers.image.ref.name': name },
    };
    const blob = (bytes: Buffer) => {
      const { entry: about } = file(`blobs/sha256/${digestOf(bytes).slice(7)}`, '');
      return { entry: { ...about, sizeBytes: bytes.length }, content: [bytes] };
    };
    const path = await writeMembers([
      file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
      ...[config, manifest, packed].map(blob),
      file('index.json', JSON.stringify({ schemaVersion: 2, manifests: [entry] })),
    ]);
    await succeed(t, 'load', '-i', path);
    t.teardown(() => mini(['rmi', '-f', name]));
    t.is(await succeed(t, 'run', '--rm', name), `${program}\n`);
  }
});

testUnless(without('mmdebstrap'), 'image.debian', 'a Debian image, imported and saved', async (t) => {
  const archive = join(freshDirectory('debian'), 'root.tar');
  await execa('tar', ['-c', '--xattrs', '--numeric-owner', '-f', archive, '-C', await debianRoot(), '.']);
  const name = freshName();
  await succeed(
    t,
    'import',
    '-c',
    'CMD ["sh", "-c", "dpkg-query -W -f x >/dev/null && . /etc/os-release && echo $ID"]',
    archive,
    name,
  );
  t.teardown(() => mini(['rmi', '-f', name]));
  t.is(await succeed(t, 'run', '--rm', name), 'debian\n');
});

const root = process.getuid?.() === 0 ? undefined : 'only root makes devices';

testUnless(
  root,
  'image.devices',
  'capabilities, devices, owners, set-user-ID and long names of an image',
  async (t) => {
    const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
    const long = `deep/${'n'.repeat(120)}/${'m'.repeat(200)}`;
    const { name } = await loadImage(t, {
      layers: [
        await layerOf(
          file('capable', 'x', { mode: 0o755, xattrs: new Map([['security.capability', capability]]) }),
          file('setuid', 'x', { mode: 0o4755, uid: 12, gid: 2 ** 31 + 5 }),
          other('null', 'character', { device: { major: 1, minor: 3 }, mode: 0o666 }),
          other('loop', 'block', { device: { major: 7, minor: 1000 }, mode: 0o660, gid: 6 }),
          other('pipe', 'fifo'),
          file('one', 'linked'),
          other('two', 'link', { linkPath: 'one' }),
          file(long, 'long'),
        ),
      ],
    });
    const script = `cd /; stat -c '%n %a %u %g %t %T %h' capable setuid null loop pipe two; cat ${long}`;
    const expected = [
      'capable 755 0 0 0 0 1',
      `setuid 4755 12 ${2 ** 31 + 5} 0 0 1`,
      'null 666 0 0 1 3 1',
      'loop 660 0 6 7 3e8 1',
      'pipe 644 0 0 0 0 1',
      'two 644 0 0 0 0 2',
      'long',
    ];
    t.is(await succeed(t, 'run', '--rm', name, 'sh', '-c', script), expected.join('\n'));
    const archive = join(freshDirectory(), 'saved.tar');
    await succeed(t, 'save', '-o', archive, name);
    await succeed(t, 'rmi', name);
    await succeed(t, 'load', '-i', archive);
    t.is(await succeed(t, 'run', '--rm', name, 'sh', '-c', script), expected.join('\n'));
  },
);

for (const count of [100, 300]) {
  testUnless(root, 'image.many-layers', `an image of ${count} layers`, async (t) => {
    const layers = await Promise.all(
      Array.from({ length: count - 1 }, (_, index) =>
        layerOf(file(`layer/${index}`, `${index}`), file('last', `${index}`)),
      ),
    );
    const { name } = await loadImage(t, { layers });
    const script = 'ls /layer | wc -l; cat /layer/0 /last';
    t.is(await succeed(t, 'run', '--rm', name, 'sh', '-c', script), `${count - 1}\n0${count - 2}`);
    const made = freshName();
    const container = freshName();
    await succeed(t, 'run', '--name', container, name, 'sh', '-c', 'echo >/more');
    t.teardown(() => mini(['rm', '-f', container]));
    await succeed(t, 'commit', container, made);
    t.teardown(() => mini(['rmi', '-f', made]));
    t.is(await succeed(t, 'run', '--rm', made, 'ls', '/more'), '/more\n');
  });
}

testUnless(root, 'image.oddities', 'an archive without names, compressed as a whole', async (t) => {
  const image = { config: { Cmd: ['echo', freshName()] }, layers: [await busyboxLayer()] };
  const path = await writeArchive([image]);
  await execa('gzip', [path]);
  const loaded = await succeed(t, 'load', '-i', `${path}.gz`);
  const [, id] = /^Loaded image ID: (sha256:[0-9a-f]{64})\n$/.exec(loaded)!;
  t.teardown(() => mini(['rmi', '-f', id!]));
  t.is(await succeed(t, 'run', '--rm', id!), `${image.config.Cmd[1]}\n`);
});
