import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { file, layerOf, other } from '../support/image-archive.js';
import { loadImage } from '../support/loaded-image.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { freshVolume, VOLUMES } from '../support/volumes.js';
import { waitFor } from '../support/wait.js';

/** A file capability of version 2: net_bind_service, effective. */
const CAPABILITY = Buffer.from('0100000200040000000000000000000000000000', 'hex');

/** An image with all kinds of files at `/data`, of which the upper layer has changed some. */
async function richImage(t: ExecutionContext, config: object = {}): Promise<string> {
  const xattrs = (entries: [string, Uint8Array][]) => ({ xattrs: new Map(entries) });
  const lower = await layerOf(
    other('data', 'directory', { mode: 0o1750, uid: 33, gid: 44 }),
    file('data/gone', 'gone'),
    file('data/kept', 'below', { uid: 5, gid: 6, mode: 0o640 }),
    other('data/again', 'link', { linkPath: 'data/kept', uid: 5, gid: 6, mode: 0o640 }),
    other('data/sub', 'directory', { mode: 0o2711, uid: 7, gid: 8 }),
    file('data/sub/deep', 'deep'),
  );
  const upper = await layerOf(
    other('data', 'directory', { mode: 0o1750, uid: 33, gid: 44 }),
    file('data/.wh.gone', ''),
    file('data/program', 'x', { mode: 0o4755, ...xattrs([['security.capability', CAPABILITY]]) }),
    file('data/noted', 'x', xattrs([['user.note', Buffer.from('a note')]])),
    other('data/link', 'symlink', { linkPath: '/etc/passwd' }),
    other('data/pipe', 'fifo', { mode: 0o600, uid: 9 }),
    other('data/null', 'character', { mode: 0o666, device: { major: 1, minor: 3 } }),
  );
  const { name } = await loadImage(t, { config: { Cmd: ['true'], ...config }, layers: [lower, upper] });
  return name;
}

const describe = (path: string) =>
  execFileSync('find', ['.', '-printf', '%p %y %m %U:%G %s %l\n'], { cwd: path, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim().replace(/^(\S+ d \S+ \S+) \d+$/, '$1'))
    .sort();

test('an empty volume gets what the image has there, with owners, modes and attributes', async (t) => {
  const [image, name] = [await richImage(t), freshVolume(t)];
  await succeed(t, 'run', '--rm', '-v', `${name}:/data`, image);
  const data = `${VOLUMES}/${name}/_data`;
  t.deepEqual(describe(data), [
    '. d 1750 33:44',
    './again f 640 5:6 5',
    './kept f 640 5:6 5',
    './link l 777 0:0 11 /etc/passwd',
    './noted f 644 0:0 1',
    './null c 666 0:0 0',
    './pipe p 600 9:0 0',
    './program f 4755 0:0 1',
    './sub d 2711 7:8',
    './sub/deep f 644 0:0 4',
  ]);
  t.is(statSync(`${data}/kept`).ino, statSync(`${data}/again`).ino);
  t.is(statSync(`${data}/kept`).mtimeMs, 1_700_000_000_000);
  t.is(statSync(data).mtimeMs, 1_700_000_000_000);
  const script =
    'getfattr -h -d -m - --absolute-names -e hex "$@" 2> /dev/null || python3 -c "import os,sys; [print(k + chr(61) + os.getxattr(p, k).hex()) for p in sys.argv[1:] for k in os.listxattr(p)]" "$@"';
  const attributes = execFileSync('sh', ['-c', script, 'sh', `${data}/noted`, `${data}/program`], {
    encoding: 'utf8',
  });
  t.regex(attributes, new RegExp(`user\\.note=(0x)?${Buffer.from('a note').toString('hex')}`));
  t.regex(attributes, new RegExp(`security\\.capability=(0x)?${CAPABILITY.toString('hex')}`));
  t.deepEqual(readdirSync(`${VOLUMES}/${name}`).sort(), ['_data', 'lock', 'record.json']);
});

test('one that is not empty is left as it is, and so is one with nocopy', async (t) => {
  const [image, full, empty, mounted] = [await richImage(t), freshVolume(t), freshVolume(t), freshVolume(t)];
  await succeed(t, 'run', '--rm', '-v', `${full}:/other`, image, 'touch', '/other/own');
  t.is(await succeed(t, 'run', '--rm', '-v', `${full}:/data`, image, 'ls', '-A', '/data'), 'own\n');
  t.is(await succeed(t, 'run', '--rm', '-v', `${empty}:/data:nocopy`, image, 'ls', '-A', '/data'), '');
  const flag = `src=${mounted},dst=/data,volume-nocopy`;
  t.is(await succeed(t, 'run', '--rm', '--mount', flag, image, 'ls', '-A', '/data'), '');
  // Empty still, and now it may be filled; read-only or not.
  t.is(await succeed(t, 'run', '--rm', '-v', `${empty}:/data/sub:ro`, image, 'ls', '/data/sub'), 'deep\n');
});

test("an image's volumes are made without names, filled, and go with --rm", async (t) => {
  const image = await richImage(t, { Volumes: { '/data': {}, '/new/place': {} } });
  const list = async () => (await succeed(t, 'volume', 'ls', '-q')).split('\n').filter(Boolean);
  const before = await list();
  const script = 'cat /data/kept; echo; touch /new/place/x && grep -c " /data \\| /new/place " /proc/mounts';
  t.is(await succeed(t, 'run', '--rm', image, 'sh', '-c', script), 'below\n2\n');
  t.deepEqual(await list(), before);
  const container = freshName();
  t.teardown(() => mini(['rm', '-fv', container]));
  await succeed(t, 'run', '--name', container, image, 'sh', '-c', 'echo changed > /data/kept');
  const mounts = JSON.parse(await succeed(t, 'inspect', '-f', '{{json .Mounts}}', container));
  t.deepEqual(
    mounts.map(({ Type, Destination }: Record<string, string>) => `${Type} ${Destination}`).sort(),
    ['volume /data', 'volume /new/place'],
  );
  // Of the volume, not of the layer.
  t.false((await succeed(t, 'diff', container)).includes('/data/kept'));
  await succeed(t, 'start', '-a', container);
  t.is(
    readFileSync(
      `${mounts.find(({ Destination }: { Destination: string }) => Destination === '/data').Source}/kept`,
      'utf8',
    ),
    'changed\n',
  );
  await succeed(t, 'rm', '-v', container);
  t.deepEqual(await list(), before);
});

test("what the user mounts takes the place of the image's volume", async (t) => {
  const [image, name] = [await richImage(t, { Volumes: { '/data': {} } }), freshVolume(t)];
  const mounts = async (...flags: string[]) => {
    const container = freshName();
    await succeed(t, 'create', '--name', container, ...flags, image);
    const text = await succeed(
      t,
      'inspect',
      '-f',
      '{{range .Mounts}}{{.Type}} {{.Destination}};{{end}}',
      container,
    );
    await succeed(t, 'rm', '-v', container);
    return text;
  };
  t.is(await mounts('-v', `${name}:/data`), 'volume /data;\n');
  t.is(await mounts('-v', `${busyboxRoot()}:/data`), 'bind /data;\n');
  t.is(await mounts('--tmpfs', '/data'), 'tmpfs /data;\n');
  t.is(await mounts('-v', '/data'), 'volume /data;\n');
});

test('a copy that was cut is made again, one that was whole is finished', async (t) => {
  const [image, name] = [await richImage(t), freshVolume(t)];
  const directory = `${VOLUMES}/${name}`;
  await succeed(t, 'volume', 'create', name);
  mkdirSync(`${directory}/fill/_data`, { recursive: true });
  writeFileSync(`${directory}/fill/_data/half`, 'half');
  await succeed(t, 'run', '--rm', '-v', `${name}:/data`, image);
  const whole = describe(`${directory}/_data`);
  t.false(existsSync(`${directory}/_data/half`));
  // As if it had been killed while it moved the names.
  mkdirSync(`${directory}/filled`);
  renameSync(`${directory}/_data`, `${directory}/filled/_data`);
  mkdirSync(`${directory}/_data`);
  renameSync(`${directory}/filled/_data/kept`, `${directory}/_data/kept`);
  await succeed(t, 'run', '--rm', '-v', `${name}:/data`, image);
  t.deepEqual(describe(`${directory}/_data`), whole);
  t.deepEqual(readdirSync(directory).sort(), ['_data', 'lock', 'record.json']);
});

test('killed while it fills, mini leaves a volume that the next one fills', async (t) => {
  const many = Array.from({ length: 4000 }, (_, index) => file(`data/f${index}`, `${index}`));
  const { name: image } = await loadImage(t, {
    layers: [await layerOf(other('data', 'directory'), ...many)],
  });
  let cut = 0;
  for (let attempt = 0; attempt < 10 && cut < 2; attempt++) {
    const name = freshVolume(t);
    const directory = `${VOLUMES}/${name}`;
    const running = startMini(['run', '--rm', '-v', `${name}:/data`, image, 'true']);
    await waitFor(
      'the copy',
      () => existsSync(`${directory}/fill/_data/f1${attempt}`) || running.exitCode !== null,
    );
    running.kill('SIGKILL');
    await running;
    if (readdirSync(`${directory}/_data`).length === 0) cut++;
    const count = 'ls /data | wc -l';
    t.is(await succeed(t, 'run', '--rm', '-v', `${name}:/data`, image, 'sh', '-c', count), '4000\n');
    t.deepEqual(readdirSync(directory).sort(), ['_data', 'lock', 'record.json']);
  }
  t.true(cut > 0, 'it was never caught in the middle');
});

test('two containers that begin at once fill a volume once', async (t) => {
  const [image, name] = [await richImage(t), freshVolume(t)];
  const runs = Array.from({ length: 4 }, () =>
    mini(['run', '--rm', '-v', `${name}:/data`, image, 'sh', '-c', 'ls /data | wc -l']),
  );
  for (const { stdout, stderr } of await Promise.all(runs)) t.deepEqual([stdout, stderr], ['8\n', '']);
});

test('drafts that dead makers left are swept', async (t) => {
  const name = freshVolume(t);
  await succeed(t, 'volume', 'create', name);
  for (const left of ['.new-0123', '.gone-0123']) {
    mkdirSync(`${VOLUMES}/${left}/_data`, { recursive: true });
    t.teardown(() => rmSync(`${VOLUMES}/${left}`, { recursive: true, force: true }));
  }
  t.is(await succeed(t, 'volume', 'ls', '-qf', `name=${name}`), `${name}\n`);
  t.deepEqual(
    readdirSync(VOLUMES).filter((each) => each.startsWith('.')),
    [],
  );
});
