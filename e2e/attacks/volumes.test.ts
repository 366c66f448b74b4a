import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { file, layerOf, other } from '../support/image-archive.js';
import { loadImage } from '../support/loaded-image.js';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { freshVolume, VOLUMES } from '../support/volumes.js';

/** A directory of the host that nobody may change, or see. */
function makeDecoy(): string {
  const decoy = freshDirectory('decoy');
  mkdirSync(join(decoy, 'sub'));
  writeFileSync(join(decoy, 'secret'), 'of the host');
  writeFileSync(join(decoy, 'sub/deep'), 'of the host');
  return decoy;
}

function describeTree(path: string): string[] {
  const { mode, uid, gid, nlink, size, mtimeMs, ctimeMs, ino } = lstatSync(path);
  const own = `${path} ${mode} ${uid}:${gid} ${nlink} ${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  if (!lstatSync(path).isDirectory()) return [`${own} ${readFileSync(path, 'utf8')}`];
  return [own, ...readdirSync(path).flatMap((name) => describeTree(join(path, name)))];
}

const WAYS_OUT: readonly [title: string, link: (decoy: string) => string][] = [
  ['an absolute link to the host', (decoy) => decoy],
  ['a relative link that climbs', (decoy) => `../../../../../../../../..${decoy}`],
  ['a link through /proc/self/root', (decoy) => `/proc/self/root${decoy}`],
  ['a link through /proc/1/cwd', (decoy) => `/proc/1/cwd/../../../..${decoy}`],
];

for (const [title, linkTo] of WAYS_OUT) {
  test(`a volume whose place in the image is ${title} takes nothing from there and puts nothing there`, async (t) => {
    const decoy = makeDecoy();
    const before = describeTree(decoy);
    const { name: image } = await loadImage(t, {
      config: { Cmd: ['true'], Volumes: { '/data': {}, '/data/sub': {} } },
      layers: [await layerOf(other('data', 'symlink', { linkPath: linkTo(decoy) }))],
    });
    const name = freshVolume(t);
    for (const flags of [[], ['-v', `${name}:/data`], ['--mount', `src=${name},dst=/data/sub`]]) {
      const { stdout } = await mini([
        'run',
        '--rm',
        ...flags,
        image,
        'sh',
        '-c',
        'cat /data/secret /data/sub/deep; touch /data/x /data/sub/x',
      ]);
      t.false(stdout.includes('of the host'), stdout);
    }
    const data = join(VOLUMES, name, '_data');
    t.false(existsSync(data) && readdirSync(data).some((each) => each === 'secret' || each === 'deep'));
    t.deepEqual(describeTree(decoy), before);
  });
}

test('links in what fills a volume are copied as links, and lead nobody out', async (t) => {
  const decoy = makeDecoy();
  const before = describeTree(decoy);
  const { name: image } = await loadImage(t, {
    config: { Cmd: ['true'] },
    layers: [
      await layerOf(
        other('data', 'directory'),
        other('data/sub', 'symlink', { linkPath: decoy }),
        file('data/plain', 'plain'),
      ),
    ],
  });
  const name = freshVolume(t);
  await succeed(t, 'run', '--rm', '-v', `${name}:/data`, image);
  t.true(lstatSync(`${VOLUMES}/${name}/_data/sub`).isSymbolicLink());
  await succeed(t, 'volume', 'rm', name);
  t.deepEqual(describeTree(decoy), before);
});

test('a link that a container left in a volume leads a subpath nowhere outside', async (t) => {
  const decoy = makeDecoy();
  const before = describeTree(decoy);
  for (const [title, linkTo] of WAYS_OUT) {
    const name = freshVolume(t);
    await succeed(t, 'volume', 'create', name);
    symlinkSync(linkTo(decoy), `${VOLUMES}/${name}/_data/way`);
    for (const subpath of ['way', 'way/sub']) {
      const flags = ['--mount', `src=${name},dst=/data,volume-subpath=${subpath}`];
      const words = [
        'run',
        '--rm',
        ...flags,
        '--rootfs',
        busyboxRoot(),
        'sh',
        '-c',
        'ls /data; touch /data/x',
      ];
      const { exitCode, stdout, stderr } = await mini(words);
      t.deepEqual([exitCode, stdout], [125, ''], title);
      t.regex(stderr, new RegExp(`^failed to find "${subpath}" of volume "${name}": E[A-Z]+ `), title);
    }
  }
  t.deepEqual(describeTree(decoy), before);
});

test('nor does one that is put there between create and start', async (t) => {
  const decoy = makeDecoy();
  const before = describeTree(decoy);
  const [name, container] = [freshVolume(t), freshName()];
  t.teardown(() => mini(['rm', '-f', container]));
  await succeed(t, 'run', '--rm', '-v', `${name}:/v`, '--rootfs', busyboxRoot(), 'mkdir', '/v/sub');
  const flags = ['--mount', `src=${name},dst=/data,volume-subpath=sub`];
  await succeed(
    t,
    'create',
    '--name',
    container,
    ...flags,
    '--rootfs',
    busyboxRoot(),
    'sh',
    '-c',
    'ls /data; touch /data/x',
  );
  const swap = `rmdir /v/sub && ln -s ${decoy} /v/sub`;
  await succeed(t, 'run', '--rm', '-v', `${name}:/v`, '--rootfs', busyboxRoot(), 'sh', '-c', swap);
  const { exitCode, stdout, stderr } = await mini(['start', '-a', container]);
  t.deepEqual([exitCode, stdout], [1, '']);
  t.regex(
    stderr,
    new RegExp(
      `^failed to bind "sub" of "${VOLUMES}/${name}/_data" on "/data" \\(mounts\\[\\d+\\]\\): ENOENT `,
    ),
  );
  t.deepEqual(describeTree(decoy), before);
});
