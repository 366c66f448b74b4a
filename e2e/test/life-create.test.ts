import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { MINI, mini } from '../support/mini.js';
import { busyboxRoot, freshDirectory } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

/** Makes a container that runs a shell script once it is started; it is removed when the test is over. */
async function create(t: ExecutionContext, script: string, ...flags: string[]): Promise<string> {
  const name = freshName();
  await succeed(t, 'create', '--name', name, ...flags, '--rootfs', busyboxRoot(), 'sh', '-c', script);
  t.teardown(() => mini(['rm', '-f', name]));
  return name;
}

const statusOf = (t: ExecutionContext, name: string) =>
  succeed(t, 'inspect', '-f', '{{.State.Status}}', name);

test('create prints the full id and runs nothing until it is started', async (t) => {
  const name = freshName();
  const cidfile = join(freshDirectory('create'), 'cid');
  const flags = ['--name', name, '-e', 'A=1', '-l', 'x=y', '--cidfile', cidfile];
  const id = await succeed(t, 'create', ...flags, '--rootfs', busyboxRoot(), 'sh', '-c', 'echo $A');
  t.teardown(() => mini(['rm', '-f', name]));
  t.regex(id, /^[0-9a-f]{64}\n$/);
  t.is(readFileSync(cidfile, 'utf8'), id.trim());
  t.is(await statusOf(t, name), 'created\n');
  t.is(
    await succeed(t, 'ps', '-a', '--format', '{{.Status}} {{.Labels}}', '-f', `name=${name}`),
    'Created x=y\n',
  );
  t.is(await succeed(t, 'ps', '-q', '-f', `name=${name}`), '');
  t.is(await succeed(t, 'start', name), `${name}\n`);
  t.is(await succeed(t, 'wait', name), '0\n');
  t.is(await succeed(t, 'logs', name), '1\n');
});

test('an id that there is no space for leaves no file', async (t) => {
  const directory = freshDirectory('full');
  const script =
    'mount -t tmpfs -o size=4k tmpfs "$1" && head -c 4096 /dev/zero > "$1/full" && cd / && ' +
    '! "$2" create --cidfile "$1/cid" --rootfs "$3" true && ls "$1"';
  const words = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh'];
  const ran = await execa('unshare', [...words, directory, MINI, busyboxRoot()], { reject: false });
  t.is(
    ran.stderr,
    `failed to write the id to "${join(directory, 'cid')}" (--cidfile): ENOSPC no space left on device`,
  );
  t.is(ran.stdout, 'full');
});

test('what create refuses leaves nothing behind and exits with 1', async (t) => {
  const before = takeSnapshot();
  const hint = 'hint: mini create [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]';
  t.deepEqual(
    await mini(['create', '--rootfs', busyboxRoot()]),
    failure(`failed to create a container: the command is missing\n${hint}`),
  );
  t.deepEqual(
    await mini(['create', '-d', 'host']),
    failure('failed to parse the flag "-d": there is no such flag\nhint: mini create --help lists the flags'),
  );
  t.deepEqual(
    await mini(['create', '-m', '1x', 'host']),
    failure(
      'failed to parse -m "1x": a size is a number and a unit b, k, m or g\nhint: write it like 64m or 1.5g',
    ),
  );
  t.deepEqual(await differenceSince(before), NOTHING);
});

test('one with --rm stays until it has run', async (t) => {
  const name = await create(t, 'sleep 100', '--rm');
  t.is(await statusOf(t, name), 'created\n');
  await succeed(t, 'start', name);
  t.is(await statusOf(t, name), 'running\n');
  await succeed(t, 'stop', '-t', '0', name);
  t.deepEqual(await mini(['inspect', name]), failure(`failed to find "${name}": no such object`, '[]\n'));
});

test('restart stops and starts, one that has ended too; several at once; one that is missing keeps none from it', async (t) => {
  const script = 'trap "exit 3" TERM; echo ready; while :; do sleep 0.05; done';
  const running = await startDetached(t, script);
  const created = await create(t, script);
  const pidOf = (name: string) => succeed(t, 'inspect', '-f', '{{.State.Pid}}', name);
  const before = await pidOf(running.name);
  t.deepEqual(
    await mini(['restart', '-t', '20', running.name, 'e2e-gone', created]),
    failure('failed to find container "e2e-gone": no such container', `${running.name}\n${created}\n`),
  );
  t.not(await pidOf(running.name), before);
  t.is(await statusOf(t, created), 'running\n');
  // Twice the same is started once.
  t.is(await succeed(t, 'restart', '-s', 'KILL', created, created), `${created}\n${created}\n`);
  t.is(await statusOf(t, created), 'running\n');
});

test('restart of a paused one, and of one with --rm, which stays', async (t) => {
  const { name } = await startDetached(t, 'while :; do sleep 0.05; done', ['--rm']);
  await succeed(t, 'pause', name);
  t.is(await succeed(t, 'restart', '-t', '0', name), `${name}\n`);
  t.is(await statusOf(t, name), 'running\n');
});

test('exec in a paused container is an error', async (t) => {
  const { name } = await startDetached(t, 'sleep 100');
  await succeed(t, 'pause', name);
  t.deepEqual(
    await mini(['exec', name, 'true']),
    failure(
      `failed to run a command in container "${name}": it is paused\nhint: mini unpause ${name} lets it go on`,
    ),
  );
  await succeed(t, 'unpause', name);
  await succeed(t, 'exec', name, 'true');
});

test('the commands of mini container are those without it', async (t) => {
  const name = freshName();
  const flags = ['--name', name, '--rootfs', busyboxRoot()];
  t.regex(await succeed(t, 'container', 'create', ...flags, 'sleep', '100'), /^[0-9a-f]{64}\n$/);
  t.teardown(() => mini(['rm', '-f', name]));
  t.is(await succeed(t, 'container', 'start', name), `${name}\n`);
  t.is(await succeed(t, 'container', 'exec', name, 'echo', '-n', 'x'), 'x');
  t.is(await succeed(t, 'container', 'restart', '-t', '0', name), `${name}\n`);
  for (const list of ['ls', 'list', 'ps']) {
    t.is(await succeed(t, 'container', list, '--format', '{{.Names}}', '-f', `name=${name}`), `${name}\n`);
  }
  t.is(await succeed(t, 'container', 'rm', '-f', name), `${name}\n`);
});
