import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { mini, startMini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { freshVolume } from '../support/volumes.js';

const script = (flags: readonly string[], text: string) =>
  mini(['run', '--rm', ...flags, '--rootfs', `${busyboxRoot()}:O`, 'sh', '-c', text]);

/** Runs mini where a file system is mounted on `sub` of a directory, in a mount namespace of its own. */
async function withMountBelow(source: string, flags: readonly string[], text: string) {
  const below = ['unshare', '--mount', 'sh', '-c', `mount -t tmpfs below ${source}/sub && exec "$@"`, 'sh'];
  const words = ['run', '--rm', ...flags, '--rootfs', `${busyboxRoot()}:O`, 'sh', '-c', text];
  const { stdout, stderr } = await startMini(words, {}, below);
  return { stdout: String(stdout), stderr: String(stderr) };
}

function makeSource(): string {
  const source = freshDirectory('source');
  mkdirSync(join(source, 'sub'));
  writeFileSync(join(source, 'file'), 'of the host\n');
  return source;
}

test('bind-recursive says what becomes of what is mounted below', async (t) => {
  const source = makeSource();
  const text =
    'grep -c " /mnt/sub " /proc/mounts; touch /mnt/x 2> /dev/null || echo ro; touch /mnt/sub/x 2> /dev/null || echo ro below';
  const run = async (more: string) =>
    (await withMountBelow(source, ['--mount', `type=bind,src=${source},dst=/mnt${more}`], text)).stdout;
  t.is(await run(''), '1\n');
  t.is(await run(',ro'), '1\nro\nro below\n');
  t.is(await run(',ro,bind-recursive=enabled'), '1\nro\nro below\n');
  t.is(await run(',ro,bind-recursive=readonly'), '1\nro\nro below\n');
  t.is(await run(',ro,bind-recursive=writable'), '1\nro\n');
  t.is(await run(',bind-recursive=disabled'), '0\n');
  t.is(await run(',ro,bind-nonrecursive'), '0\nro\nro below\n');
});

test('a shared bind shares: what is mounted in the container is seen outside, and the other way round', async (t) => {
  const source = makeSource();
  const inner =
    'mount -t tmpfs inner /mnt/sub && touch /mnt/sub/made && while ! test -e /mnt/stop; do sleep 0.02; done; grep -c outer /proc/mounts';
  const { stdout } = await startMini(
    [
      'run',
      '--rm',
      '--privileged',
      '--mount',
      `type=bind,src=${source},dst=/mnt,bind-propagation=rshared`,
      '--rootfs',
      `${busyboxRoot()}:O`,
      'sh',
      '-c',
      inner,
    ],
    {},
    [
      'unshare',
      '--mount',
      'sh',
      '-c',
      `mount --bind ${source} ${source} && mount --make-shared ${source} && mkdir ${source}/other
       "$@" & for i in $(seq 3000); do test -e ${source}/sub/made && break; sleep 0.02; done
       ls ${source}/sub; mount -t tmpfs outer ${source}/other; touch ${source}/stop; wait`,
      'sh',
    ],
  );
  t.is(String(stdout), 'made\n1\n');
});

test('a private one does not', async (t) => {
  const source = makeSource();
  const { stdout } = await startMini(
    [
      'run',
      '--rm',
      '--privileged',
      '-v',
      `${source}:/mnt`,
      '--rootfs',
      `${busyboxRoot()}:O`,
      'sh',
      '-c',
      'mount -t tmpfs inner /mnt/sub && touch /mnt/sub/made',
    ],
    {},
    [
      'unshare',
      '--mount',
      'sh',
      '-c',
      `mount --bind ${source} ${source} && mount --make-shared ${source}; "$@"; ls ${source}/sub`,
      'sh',
    ],
  );
  t.is(String(stdout), '');
});

test('owners are shown as others', async (t) => {
  const source = makeSource();
  chownSync(join(source, 'file'), 1000, 1001);
  const map = 'idmap=uids=1000-5-1#0-0-1;gids=1001-6-1#0-0-1';
  const text = 'stat -c "%u %g" /mnt/file; touch /mnt/new; chown 5:6 /mnt/new';
  for (const flags of [
    ['--mount', `type=bind,src=${source},dst=/mnt,${map}`],
    ['-v', `${source}:/mnt:${map}`],
  ]) {
    const { exitCode, stdout, stderr } = await script(flags, text);
    if (/EINVAL|EOPNOTSUPP/.test(stderr)) {
      t.log('not tried: the file system of the temporary directory maps no owners');
      return t.pass();
    }
    t.deepEqual([exitCode, stdout, stderr], [0, '5 6\n', '']);
  }
});

test('a map of owners that nobody can make is refused, with nothing left', async (t) => {
  const refuse = async (flags: readonly string[], sentence: string) => {
    const { exitCode, stderr } = await script(flags, 'true');
    t.deepEqual([exitCode, stderr], [125, sentence]);
  };
  const source = makeSource();
  const plain = `type=bind,src=${source},dst=/m,idmap`;
  await refuse(
    ['--mount', plain],
    `failed to mount --mount "${plain}": the container has no user namespace whose map could be taken\n` +
      'hint: give one: idmap=uids=FILE-HOST-COUNT;gids=FILE-HOST-COUNT\n',
  );
  const { exitCode, stderr } = await mini([
    'run',
    '-d',
    '--restart',
    'always',
    '-v',
    `${source}:/m:rshared`,
    '--rootfs',
    busyboxRoot(),
    'true',
  ]);
  t.deepEqual(
    [exitCode, stderr],
    [
      125,
      `failed to mount -v "${source}:/m:rshared": whoever starts the container passes it, which --restart always excludes\n`,
    ],
  );
});

test('a missing source is made for bind-create-src alone', async (t) => {
  const source = join(freshDirectory(), 'new');
  t.is((await script(['--mount', `type=bind,src=${source},dst=/m`], 'true')).exitCode, 125);
  t.false(existsSync(source));
  t.is(
    (await script(['--mount', `type=bind,src=${source},dst=/m,bind-create-src`], 'touch /m/x')).exitCode,
    0,
  );
  t.deepEqual(readdirSync(source), ['x']);
});

test('volumes and binds stand in each other by depth', async (t) => {
  const [name, source] = [freshVolume(t), makeSource()];
  const flags = [
    '-v',
    `${source}/file:/data/a/file:ro`,
    '-v',
    '/data/a',
    '-v',
    `${name}:/data`,
    '--tmpfs',
    '/data/a/t',
  ];
  const { stdout, stderr } = await script(
    flags,
    'cat /data/a/file; touch /data/one /data/a/two /data/a/t/three; ls /data /data/a',
  );
  t.deepEqual([stdout, stderr], ['of the host\n/data:\na\none\n\n/data/a:\nfile\nt\ntwo\n', '']);
  t.deepEqual(readdirSync(`/var/lib/mini/volumes/${name}/_data`).sort(), ['a', 'one']);
});

test('a path in a volume is mounted instead of all of it', async (t) => {
  const name = freshVolume(t);
  await script(
    ['-v', `${name}:/v`],
    'mkdir -p /v/a/b; echo in > /v/a/b/file; ln -s a/b /v/link; echo plain > /v/f',
  );
  const at = (subpath: string, more = '') => [
    '--mount',
    `src=${name},dst=/m,volume-subpath=${subpath}${more}`,
  ];
  t.is((await script(at('a/b'), 'cat /m/file')).stdout, 'in\n');
  t.is((await script(at('link'), 'cat /m/file')).stdout, 'in\n');
  t.is((await script(at('f'), 'cat /m')).stdout, 'plain\n');
  t.is((await script(at('a', ',ro'), 'touch /m/x')).stderr, 'touch: /m/x: Read-only file system\n');
  const { exitCode, stderr } = await script(at('nope'), 'true');
  t.deepEqual(
    [exitCode, stderr],
    [
      125,
      `failed to find "nope" of volume "${name}": ENOENT no such file or directory\n` +
        `hint: it has to be there, below /var/lib/mini/volumes/${name}/_data\n`,
    ],
  );
});

test('a volume may be a directory of the host, or a file system that is mounted for each container', async (t) => {
  const [bound, memory, source] = [freshVolume(t), freshVolume(t), makeSource()];
  await succeed(t, 'volume', 'create', '-o', 'type=none', '-o', `device=${source}`, '-o', 'o=bind', bound);
  t.is((await script(['-v', `${bound}:/m`], 'cat /m/file; echo new > /m/made')).stdout, 'of the host\n');
  t.is(readFileSync(join(source, 'made'), 'utf8'), 'new\n');
  const options = ['-o', 'type=tmpfs', '-o', 'device=tmpfs', '-o', 'o=size=1m,uid=7'];
  await succeed(t, 'volume', 'create', ...options, memory);
  const before = readFileSync('/proc/self/mountinfo', 'utf8');
  t.is(
    (
      await script(
        ['-v', `${memory}:/m`],
        'df -k /m | tail -n 1 | tr -s " " | cut -d " " -f 2; stat -c %u /m',
      )
    ).stdout,
    '1024\n7\n',
  );
  t.is(
    (await script(['-v', `${memory}:/m:ro`], 'touch /m/x')).stderr,
    'touch: /m/x: Read-only file system\n',
  );
  t.is(readFileSync('/proc/self/mountinfo', 'utf8'), before);
  const flag =
    'dst=/m,volume-opt=type=tmpfs,volume-opt=device=tmpfs,"volume-opt=o=size=2m,mode=700",volume-label=a=b';
  t.is((await script(['--mount', flag], 'stat -c %a /m')).stdout, '700\n');
});

test('--explain shows the mounts of volumes and makes none', async (t) => {
  const name = freshName();
  const flags = ['-v', `${name}:/data`, '-v', '/anon'];
  const plan = await succeed(t, 'run', '--explain', ...flags, '--rootfs', `${busyboxRoot()}:O`, 'true');
  t.regex(plan, new RegExp(`bind +source="/var/lib/mini/volumes/${name}/_data" fd=-1 target="/data"`));
  t.regex(plan, /bind +source="\/var\/lib\/mini\/volumes\/0{64}\/_data" fd=-1 target="\/anon"/);
  t.is(await succeed(t, 'volume', 'ls', '-qf', `name=${name}`), '');
});
