import * as fs from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { failure, freshName, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const SCRIPT = 'mkdir -p /d; echo of the volume > /d/vol/f; ln -s /d/vol/f /link; echo of the root > /d/y';

/** A container that has ended, with a volume below a directory of its own and a bind that is read-only. */
async function runOnce(t: ExecutionContext) {
  const [name, volume] = [freshName(), freshName()];
  const bind = freshDirectory();
  fs.writeFileSync(join(bind, 'f'), 'of the bind');
  t.teardown(async () => {
    await mini(['rm', '-f', name]);
    await mini(['volume', 'rm', volume]);
  });
  const mounts = ['-v', `${volume}:/d/vol`, '-v', `${bind}:/bind:ro`, '--tmpfs', '/memory'];
  await succeed(t, 'run', '--name', name, ...mounts, '--rootfs', `${busyboxRoot()}:O`, 'sh', '-c', SCRIPT);
  return { name, volume, bind };
}

test('a container that has ended is copied from with its volumes and binds, and nothing stays mounted', async (t) => {
  const { name } = await runOnce(t);
  const before = takeSnapshot();
  const to = freshDirectory();
  await succeed(t, 'cp', `${name}:/d/vol/f`, join(to, 'f'));
  t.is(fs.readFileSync(join(to, 'f'), 'utf8'), 'of the volume\n');
  await succeed(t, 'cp', '-L', `${name}:/link`, join(to, 'followed'));
  t.is(fs.readFileSync(join(to, 'followed'), 'utf8'), 'of the volume\n');
  await succeed(t, 'cp', `${name}:/bind/f`, to);
  t.is(fs.readFileSync(join(to, 'f'), 'utf8'), 'of the bind');
  // A volume below what is copied is of it.
  await succeed(t, 'cp', `${name}:/d`, to);
  t.deepEqual(fs.readdirSync(join(to, 'd'), { recursive: true }).sort(), ['vol', 'vol/f', 'y']);
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('what is copied into it lands in its volume, in a bind that is read-only nothing', async (t) => {
  const { name, volume, bind } = await runOnce(t);
  const from = join(freshDirectory(), 'new');
  fs.writeFileSync(from, 'new');
  await succeed(t, 'cp', from, `${name}:/d/vol/`);
  const { stdout } = await mini(['volume', 'inspect', '-f', '{{.Mountpoint}}', volume]);
  t.is(fs.readFileSync(join(stdout.trim(), 'new'), 'utf8'), 'new');
  t.deepEqual(
    await mini(['cp', from, `${name}:/bind/`]),
    failure('failed to unpack "new": EROFS read-only file system'),
  );
  t.deepEqual(fs.readdirSync(bind), ['f']);
  const other = freshName();
  await succeed(
    t,
    'create',
    '--name',
    other,
    '-v',
    `${volume}:/v:ro`,
    '--rootfs',
    `${busyboxRoot()}:O`,
    'true',
  );
  t.teardown(() => mini(['rm', '-f', other]));
  // One that never ran has what it would see.
  const to = freshDirectory();
  await succeed(t, 'cp', `${other}:/v`, to);
  t.deepEqual(fs.readdirSync(join(to, 'v')).sort(), ['f', 'new']);
});

test('its volumes are none of its root: export and diff leave them out', async (t) => {
  const { name } = await runOnce(t);
  const archive = join(freshDirectory(), 'root.tar');
  await succeed(t, 'export', '-o', archive, name);
  const { stdout } = await execa('tar', ['-tf', archive]);
  t.deepEqual(
    stdout.split('\n').filter((path) => /^(d|bind|link)(\/|$)/.test(path)),
    ['bind/', 'd/', 'd/vol/', 'd/y', 'link'],
  );
  t.is(await succeed(t, 'diff', name), 'A /d\nA /d/y\nA /link\n');
});

test('a bind whose source is gone is named, and the container is not left locked', async (t) => {
  const { name, bind } = await runOnce(t);
  const before = takeSnapshot();
  fs.rmSync(bind, { recursive: true });
  const message = `failed to bind "${bind}" on "/bind" (mounts[0]): ENOENT no such file or directory`;
  const to = join(freshDirectory(), 'f');
  for (let times = 0; times < 2; times += 1)
    t.deepEqual(await mini(['cp', `${name}:/d/y`, to]), failure(message));
  t.deepEqual(await differenceSince(before), NOTHING);
});
