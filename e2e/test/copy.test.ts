import * as fs from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { execa } from 'execa';
import { startWith } from '../support/container-with-files.js';
import { failure, freshName, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';

const overlay = () => `${busyboxRoot()}:O`;

const FILES =
  'mkdir -p /d/sub; echo one > /d/f; echo two > /d/sub/g; ln -s f /d/l; ln -s /d /link; ln /d/f /d/hard; mkfifo /d/p; chmod 4755 /d/f; chown 7:8 /d/sub/g';

/** Relative paths below a directory, with a mark for their kind. */
async function list(directory: string): Promise<string> {
  const { stdout } = await execa('find', ['.', '-mindepth', '1', '-printf', '%P %y\\n'], { cwd: directory });
  return stdout.split('\n').sort().join(', ');
}

test('out of a container: files, directories, their contents, links', async (t) => {
  const { name } = await startWith(t, FILES);
  const to = freshDirectory();
  await succeed(t, 'cp', `${name}:/d`, to);
  t.is(await list(to), 'd d, d/f f, d/hard f, d/l l, d/p p, d/sub d, d/sub/g f');
  const [f, hard] = ['f', 'hard'].map((each) => fs.statSync(join(to, 'd', each))) as [fs.Stats, fs.Stats];
  t.is(f.ino, hard.ino);
  // Not whoever the container says, nor with its rights: a copy is the caller's.
  t.deepEqual([f.mode & 0o7777, f.uid, fs.statSync(join(to, 'd/sub/g')).uid], [0o755, 0, 0]);

  await succeed(t, 'cp', '-a', `${name}:/d`, join(to, 'archive'));
  t.is(fs.statSync(join(to, 'archive/f')).mode & 0o7777, 0o4755);
  t.deepEqual(
    [fs.statSync(join(to, 'archive/sub/g')).uid, fs.statSync(join(to, 'archive/sub/g')).gid],
    [7, 8],
  );

  fs.mkdirSync(join(to, 'contents'));
  await succeed(t, 'cp', `${name}:/d/.`, join(to, 'contents'));
  t.is(await list(join(to, 'contents')), 'f f, hard f, l l, p p, sub d, sub/g f');
  await succeed(t, 'cp', `${name}:d/sub/../f`, join(to, 'renamed'));
  t.is(fs.readFileSync(join(to, 'renamed'), 'utf8'), 'one\n');
  await succeed(t, 'cp', `${name}:/d/l`, join(to, 'l'));
  t.is(fs.readlinkSync(join(to, 'l')), 'f');
  await succeed(t, 'container', 'cp', '-L', `${name}:/d/l`, join(to, 'followed'));
  t.is(fs.readFileSync(join(to, 'followed'), 'utf8'), 'one\n');
  await succeed(t, 'cp', `${name}:/link/`, join(to, 'by-slash'));
  t.is(fs.readFileSync(join(to, 'by-slash/sub/g'), 'utf8'), 'two\n');
  // A path of this machine with a colon, and one from the directory we are in.
  const relative = await mini(['cp', `${name}:/d/f`, './a:b'], { cwd: to });
  t.deepEqual([relative.exitCode, fs.readFileSync(join(to, 'a:b'), 'utf8')], [0, 'one\n']);
});

test('into a container: the same rules, and who they belong to', async (t) => {
  const { name } = await startWith(t, 'mkdir /d /e; ln -s /e /to-e; ln -s /e/new /dangling');
  const from = freshDirectory();
  fs.mkdirSync(join(from, 'dir/sub'), { recursive: true });
  for (const path of ['file', 'dir/a', 'dir/sub/b']) fs.writeFileSync(join(from, path), path);
  fs.chownSync(join(from, 'dir/a'), 7, 8);
  fs.chmodSync(join(from, 'dir/sub'), 0o711);
  const inside = async (script: string) => (await mini(['exec', name, 'sh', '-c', script])).stdout;

  await succeed(t, 'cp', join(from, 'file'), `${name}:/d`);
  await succeed(t, 'cp', join(from, 'dir'), `${name}:/d`);
  t.is(
    await inside('cd /d; find . -type f | sort; stat -c "%u:%g %a" dir/a dir/sub'),
    './dir/a\n./dir/sub/b\n./file\n0:0 644\n0:0 711\n',
  );
  await succeed(t, 'cp', '-a', join(from, 'dir/'), `${name}:/d/kept`);
  t.is(await inside('stat -c "%u:%g" /d/kept/a'), '7:8\n');
  await succeed(t, 'cp', `${join(from, 'dir')}/.`, `${name}:/to-e`);
  t.is(await inside('ls /e'), 'a\nsub\n');
  // A link that leads nowhere says where the file is to be.
  await succeed(t, 'cp', join(from, 'file'), `${name}:/dangling`);
  t.is(await inside('cat /e/new'), 'file');
  await succeed(t, 'cp', join(from, 'dir/a'), `${name}:/d/file`);
  t.is(await inside('cat /d/file'), 'dir/a');
});

test('what cannot be copied is said in one sentence, and nothing is made', async (t) => {
  const { name } = await startWith(t, FILES);
  const from = freshDirectory();
  fs.writeFileSync(join(from, 'file'), '');
  fs.mkdirSync(join(from, 'dir'));
  const file = join(from, 'file');
  const usage = '\nhint: write one of them as CONTAINER:PATH';
  const cases: readonly (readonly [string, string, string])[] = [
    [file, `${name}:/missing/x`, `failed to copy to "${name}:/missing/x": ENOENT no such file or directory`],
    [file, `${name}:/missing/`, `failed to copy to "${name}:/missing/": there is no such directory`],
    [
      join(from, 'dir'),
      `${name}:/d/f`,
      `failed to copy to "${name}:/d/f": a directory cannot be copied onto a file`,
    ],
    [file, `${name}:/d/p`, `failed to copy to "${name}:/d/p": it is neither a directory nor a regular file`],
    [
      join(from, 'nothing'),
      `${name}:/d`,
      `failed to copy "${from}/nothing": ENOENT no such file or directory`,
    ],
    [`${file}/`, `${name}:/d`, `failed to copy "${file}/": ENOTDIR not a directory`],
    [`${name}:/nothing`, from, `failed to copy "${name}:/nothing": ENOENT no such file or directory`],
    [`${name}:/d/f/`, from, `failed to copy "${name}:/d/f/": ENOTDIR not a directory`],
    [`${name}:/d/f`, `${from}/no/f`, `failed to copy to "${from}/no/f": ENOENT no such file or directory`],
    [`${name}:/d`, file, `failed to copy to "${file}": a directory cannot be copied onto a file`],
    [`${name}:/d/f`, `${from}/new/`, `failed to copy to "${from}/new/": there is no such directory`],
    [
      `${name}:/proc/version`,
      from,
      `failed to copy "${name}:/proc/version": the kernel makes it up when it is read`,
    ],
    [
      `${name}:/d/sub`,
      '/dev/null',
      'failed to copy to "/dev/null": it is neither a directory nor a regular file',
    ],
    ['nobody:/d', from, 'failed to find container "nobody": no such container'],
    [file, from, `failed to copy: neither end is in a container${usage}`],
    [`${name}:/d`, `${name}:/e`, `failed to copy: both ends are in containers${usage}`],
    [
      `${name}:`,
      from,
      `failed to copy: there is no path behind "${name}:"\nhint: write it as CONTAINER:PATH`,
    ],
    [':/d', from, 'failed to copy: there is no container before the colon\nhint: write it as CONTAINER:PATH'],
  ];
  for (const [source, target, stderr] of cases)
    t.deepEqual(await mini(['cp', source, target]), failure(stderr));
  fs.mkdirSync(join(from, 'taken/f'), { recursive: true });
  t.deepEqual(
    await mini(['cp', `${name}:/d/f`, join(from, 'taken')]),
    failure('failed to unpack "f": a directory stands in the way of something else'),
  );
  t.is(await list(from), 'dir d, file f, taken d, taken/f d');
});

test('tar streams both ways', async (t) => {
  const { name } = await startWith(t, FILES);
  const { stdout } = await execa('sh', [
    '-c',
    `mini cp ${name}:/d - | tar -tv --numeric-owner`.replace(
      'mini',
      (await import('../support/mini.js')).MINI,
    ),
  ]);
  const lines = stdout
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace(/\d{4}-\d\d-\d\d \d\d:\d\d /, ''));
  t.deepEqual(lines, [
    'drwxr-xr-x 0/0 0 d/',
    '-rwsr-xr-x 0/0 4 d/f',
    'hrwsr-xr-x 0/0 0 d/hard link to d/f',
    'lrwxrwxrwx 0/0 0 d/l -> f',
    'prw-r--r-- 0/0 0 d/p',
    'drwxr-xr-x 0/0 0 d/sub/',
    '-rw-r--r-- 7/8 4 d/sub/g',
  ]);
  const from = freshDirectory();
  fs.writeFileSync(join(from, 'x'), 'from tar');
  const archive = (
    await execa('tar', ['-c', '--owner=3', '--group=4', '-C', from, 'x'], { encoding: 'buffer' })
  ).stdout;
  const unpacked = await mini(['cp', '-', `${name}:/d/sub`], { input: archive });
  t.deepEqual(unpacked, { exitCode: 0, stdout: '', stderr: '', signal: undefined });
  t.is(
    (await mini(['exec', name, 'sh', '-c', 'stat -c %u:%g /d/sub/x; cat /d/sub/x'])).stdout,
    '3:4\nfrom tar',
  );
  for (const [path, input] of [
    ['gzip', gzipSync(archive)],
    ['zstd', (await execa('zstd', ['-c'], { input: archive, encoding: 'buffer' })).stdout],
  ] as const) {
    const script = `mkdir /d/${path}`;
    t.is((await mini(['exec', name, 'sh', '-c', script])).exitCode, 0);
    t.is((await mini(['cp', '-', `${name}:/d/${path}`], { input })).stderr, '');
    t.is((await mini(['exec', name, 'cat', `/d/${path}/x`])).stdout, 'from tar');
  }
  t.deepEqual(
    await mini(['cp', '-', `${name}:/d/f`], { input: archive }),
    failure(`failed to copy to "${name}:/d/f": it is no directory`),
  );
  t.deepEqual(
    await mini(['cp', '-', `${name}:/d`], { input: archive.subarray(0, 515) }),
    failure('failed to read the tar stream: it ends at byte 515, too early'),
  );
  t.is((await mini(['exec', name, 'test', '-e', '/d/x'])).exitCode, 1);
});

test('a container that is paused, has ended, or never ran', async (t) => {
  const volume = freshDirectory();
  const { name } = await startWith(t, FILES, ['-v', `${volume}:/vol`]);
  const to = freshDirectory();
  fs.writeFileSync(join(to, 'in'), 'in');
  await succeed(t, 'pause', name);
  await succeed(t, 'cp', `${name}:/d/f`, join(to, 'paused'));
  await succeed(t, 'cp', join(to, 'in'), `${name}:/d/while-paused`);
  // What is mounted in it is the container's too.
  await succeed(t, 'cp', join(to, 'in'), `${name}:/vol`);
  t.is(fs.readFileSync(join(volume, 'in'), 'utf8'), 'in');
  await succeed(t, 'unpause', name);
  await succeed(t, 'stop', '-t', '0', name);
  await succeed(t, 'cp', `${name}:/d/while-paused`, join(to, 'stopped'));
  t.is(fs.readFileSync(join(to, 'stopped'), 'utf8'), 'in');
  await succeed(t, 'cp', join(to, 'in'), `${name}:/d/while-stopped`);
  await succeed(t, 'start', name);
  t.is((await mini(['exec', name, 'cat', '/d/while-stopped'])).stdout, 'in');

  const created = freshName();
  await succeed(t, 'create', '--name', created, '--read-only', '--rootfs', overlay(), 'true');
  t.teardown(() => mini(['rm', '-f', created]));
  await succeed(t, 'cp', `${created}:/bin/busybox`, join(to, 'busybox'));
  t.deepEqual(fs.readFileSync(join(to, 'busybox')), fs.readFileSync(join(busyboxRoot(), 'bin/busybox')));
  t.deepEqual(
    await mini(['cp', join(to, 'in'), `${created}:/x`]),
    failure(`failed to copy to "${created}:/x": the container's root is read-only`),
  );
});

test('export gives the root without what is mounted in it, running or not', async (t) => {
  const volume = freshDirectory();
  fs.writeFileSync(join(volume, 'secret'), '');
  const { name } = await startWith(t, 'echo x > /made; ln -s made /l', ['-v', `${volume}:/vol`]);
  const to = freshDirectory();
  const names = (archive: string) => execa('tar', ['-tf', archive]).then(({ stdout }) => stdout.split('\n'));
  await succeed(t, 'export', '-o', join(to, 'running.tar'), name);
  const running = await names(join(to, 'running.tar'));
  t.deepEqual(
    running.filter((path) => /^(proc|dev|sys|vol|made|l)(\/|$)/.test(path)),
    ['dev/', 'l', 'made', 'proc/', 'sys/', 'vol/'],
  );
  t.true(running.includes('bin/busybox'));
  await succeed(t, 'stop', '-t', '0', name);
  await succeed(t, 'container', 'export', '--output', join(to, 'stopped.tar'), name);
  t.deepEqual(await names(join(to, 'stopped.tar')), running);
  t.deepEqual(fs.readdirSync(to).sort(), ['running.tar', 'stopped.tar']);
  t.deepEqual(
    await mini(['export', '-o', join(to, 'no/x'), name]),
    failure(`failed to write "${join(to, 'no/x')}": ENOENT no such file or directory`),
  );
  t.deepEqual(
    await mini(['export', 'nobody']),
    failure('failed to find container "nobody": no such container'),
  );
});
