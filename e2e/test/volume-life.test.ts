import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { freshVolume, VOLUMES } from '../support/volumes.js';

/** Runs a script of busybox with these flags; it must succeed and say nothing on stderr. */
const script = (t: ExecutionContext, flags: readonly string[], text: string) =>
  succeed(t, 'run', '--rm', ...flags, '--rootfs', `${busyboxRoot()}:O`, 'sh', '-c', text);

async function refuse(t: ExecutionContext, words: readonly string[], stderr: string, exitCode = 1) {
  const result = await mini(words);
  t.deepEqual({ ...result, stdout: '' }, { exitCode, stdout: '', stderr, signal: undefined });
}

test('a volume is made, listed, looked at and removed', async (t) => {
  const name = freshVolume(t);
  t.is(await succeed(t, 'volume', 'create', '--label', 'a=1', '-l', 'b', '-d', 'local', name), `${name}\n`);
  t.is(await succeed(t, 'volume', 'create', name), `${name}\n`);
  const [volume] = JSON.parse(await succeed(t, 'volume', 'inspect', name));
  const { CreatedAt, ...rest } = volume;
  t.regex(CreatedAt, /^\d{4}-\d\d-\d\dT/);
  t.deepEqual(rest, {
    Driver: 'local',
    Labels: { a: '1', b: '' },
    Mountpoint: `${VOLUMES}/${name}/_data`,
    Name: name,
    Options: null,
    Scope: 'local',
    Anonymous: false,
  });
  t.is(await succeed(t, 'inspect', '--type', 'volume', '-f', '{{.Name}}', name), `${name}\n`);
  t.is(await succeed(t, 'inspect', '-f', '{{.Mountpoint}}', name), `${VOLUMES}/${name}/_data\n`);
  const list = (...flags: string[]) => succeed(t, 'volume', 'ls', '--filter', `name=${name}`, ...flags);
  t.is(await list('-q'), `${name}\n`);
  t.is(await list(), `DRIVER    VOLUME NAME\nlocal     ${name}\n`);
  const format =
    '{{.Name}} {{.Driver}} {{.Scope}} {{.Mountpoint}} {{.Labels}} {{.Label "a"}} {{.Links}} {{.Size}}';
  t.is(await list('--format', format), `${name} local local ${VOLUMES}/${name}/_data a=1,b= 1 0 0B\n`);
  for (const filter of ['label=a', 'label=a=1', 'label!=c', 'dangling=true', 'driver=local'])
    t.is(await list('-qf', filter), `${name}\n`, filter);
  for (const filter of ['label=a=2', 'label!=a', 'dangling=false', 'driver=nfs'])
    t.is(await list('-qf', filter), '', filter);
  t.is(await succeed(t, 'volume', 'rm', name), `${name}\n`);
  t.is(await list('-q'), '');
  t.false(existsSync(`${VOLUMES}/${name}`));
});

test('a volume without a name has a long one', async (t) => {
  const name = (await succeed(t, 'volume', 'create')).trim();
  t.regex(name, /^[0-9a-f]{64}$/);
  t.is(await succeed(t, 'volume', 'inspect', '-f', '{{.Anonymous}}', name), 'true\n');
  t.is(await succeed(t, 'volume', 'rm', name), `${name}\n`);
});

test('what cannot be a volume is refused, and nothing is left of it', async (t) => {
  const before = existsSync(VOLUMES) ? readdirSync(VOLUMES) : [];
  const name = (text: string, reason: string) =>
    `failed to use volume name ${JSON.stringify(text)}: ${reason}\n`;
  const grammar = 'only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed';
  for (const text of ['..', '.', '/etc', 'a/b', '.hidden', '-x', 'a b', 'a\nb', '../../etc']) {
    await refuse(t, ['volume', 'create', '--', text], name(text, grammar));
    await refuse(t, ['volume', 'rm', '--', text], name(text, grammar));
  }
  await refuse(t, ['volume', 'create', 'a'], name('a', 'it needs at least two characters'));
  const long = 'a'.repeat(256);
  await refuse(t, ['volume', 'create', long], name(long, 'it has more than 255 characters'));
  const make = (...flags: string[]) => ['volume', 'create', ...flags, 'never'];
  const failed = (reason: string) => `failed to make volume "never": ${reason}\n`;
  await refuse(t, make('-d', 'nfs'), failed('there is no volume driver "nfs", only "local"'));
  await refuse(
    t,
    make('-o', 'nope=1'),
    failed('the driver "local" has no option "nope", only type, device, o'),
  );
  await refuse(t, make('-o', 'type=tmpfs'), failed('the option "device" is missing'));
  await refuse(t, make('-o', 'device=x', '-o', 'o=bind'), failed('the option "type" is missing'));
  await refuse(
    t,
    make('-o', 'type=none', '-o', 'device=x', '-o', 'o=bind'),
    failed('the device "x" of a bind is not an absolute path'),
  );
  await refuse(
    t,
    make('-o', 'x'),
    'failed to parse --opt "x": the option "x" of the driver has not the form KEY=VALUE\n',
  );
  t.deepEqual(existsSync(VOLUMES) ? readdirSync(VOLUMES) : [], before);
});

test('what is missing is said so, and is no fault where that is asked for', async (t) => {
  const name = freshName();
  const missing = `failed to find volume "${name}": there is none here\nhint: mini volume ls lists those there are\n`;
  await refuse(t, ['volume', 'rm', name], missing);
  const { exitCode, stdout, stderr } = await mini(['volume', 'inspect', name]);
  t.deepEqual([exitCode, stdout, stderr], [1, '[]\n', missing]);
  t.is(await succeed(t, 'volume', 'rm', '-f', name), '');
  await refuse(
    t,
    ['volume', 'ls', '-f', 'nope=1'],
    'failed to filter by "nope=1": there is no filter "nope"\n',
  );
  await refuse(
    t,
    ['volume', 'ls', '-f', 'dangling=x'],
    'failed to filter by "dangling=x": it must be true or false\n',
  );
});

test('one that is there with other labels or options is not given another', async (t) => {
  const name = freshVolume(t);
  await succeed(t, 'volume', 'create', '--label', 'a=1', name);
  await succeed(t, 'volume', 'create', '--label', 'a=1', name);
  const hint = `hint: mini volume inspect ${name} shows them; choose another name, or remove it first\n`;
  const begin = `failed to make volume "${name}": it is there with other`;
  await refuse(t, ['volume', 'create', '--label', 'a=2', name], `${begin} labels\n${hint}`);
  const options = ['-o', 'type=tmpfs', '-o', 'device=tmpfs'];
  await refuse(t, ['volume', 'create', ...options, name], `${begin} options\n${hint}`);
});

test('what a container writes to a volume the next one reads', async (t) => {
  const name = freshVolume(t);
  await script(t, ['-v', `${name}:/data`], 'echo one > /data/file');
  t.is(await script(t, ['-v', `${name}:/other/place:ro`], 'cat /other/place/file'), 'one\n');
  t.is(await script(t, ['--mount', `src=${name},dst=/m`], 'cat /m/file'), 'one\n');
  const { stderr } = await mini([
    'run',
    '--rm',
    '-v',
    `${name}:/data:ro`,
    '--rootfs',
    busyboxRoot(),
    'touch',
    '/data/x',
  ]);
  t.is(stderr, 'touch: /data/x: Read-only file system\n');
});

test('a volume in use is not removed, whether its container runs or not', async (t) => {
  const [name, container] = [freshVolume(t), freshName()];
  t.teardown(() => mini(['rm', '-f', container]));
  await succeed(t, 'create', '--name', container, '-v', `${name}:/data`, '--rootfs', busyboxRoot(), 'true');
  const refusal =
    `failed to remove volume "${name}": it is in use by container "${container}"\n` +
    `hint: remove that first: mini rm ${container}\n`;
  await refuse(t, ['volume', 'rm', name], refusal);
  await refuse(t, ['volume', 'rm', '-f', name], refusal);
  t.is(await succeed(t, 'volume', 'ls', '-qf', 'dangling=false', '-f', `name=${name}`), `${name}\n`);
  t.is(await succeed(t, 'volume', 'ls', '--format', '{{.Links}}', '-f', `name=${name}`), '1\n');
  t.notRegex(await succeed(t, 'volume', 'prune', '-a', '-f'), new RegExp(name));
  await succeed(t, 'start', container);
  await succeed(t, 'wait', container);
  await succeed(t, 'rm', '-v', container);
  // It has a name: it stays until it is removed.
  t.is(await succeed(t, 'volume', 'rm', name), `${name}\n`);
});

test('volumes without a name go with --rm and rm -v, and stay otherwise', async (t) => {
  const list = async () => (await succeed(t, 'volume', 'ls', '-q')).split('\n').filter(Boolean);
  const before = await list();
  const made = async () => (await list()).filter((each) => !before.includes(each));
  const root = ['--rootfs', busyboxRoot(), 'true'];
  await succeed(t, 'run', '--rm', '-v', '/mnt', ...root);
  t.deepEqual(await made(), []);
  const container = freshName();
  await succeed(t, 'run', '--name', container, '-v', '/mnt', ...root);
  const [volume] = await made();
  t.regex(volume ?? '', /^[0-9a-f]{64}$/);
  const [mount] = JSON.parse(await succeed(t, 'inspect', '-f', '{{json .Mounts}}', container));
  t.like(mount, { Type: 'volume', Name: volume, Destination: '/mnt', Driver: 'local', RW: true });
  await succeed(t, 'rm', container);
  t.deepEqual(await made(), [volume!]);
  const pruned = await succeed(t, 'volume', 'prune', '-f');
  t.regex(pruned, new RegExp(`^Deleted Volumes:\n([0-9a-f]{64}\n)*${volume}\n`));
  t.regex(pruned, /\n\nTotal reclaimed space: 0B\n$/);
  await succeed(t, 'create', '--name', container, '-v', '/mnt', ...root);
  t.is((await made()).length, 1);
  await succeed(t, 'rm', '-v', container);
  t.deepEqual(await made(), []);
});

test('the monitor of a container in the background removes what goes with it', async (t) => {
  const container = freshName();
  await succeed(
    t,
    'run',
    '-d',
    '--rm',
    '--name',
    container,
    '-v',
    '/mnt',
    '--rootfs',
    busyboxRoot(),
    'sleep',
    '60',
  );
  const name = (await succeed(t, 'inspect', '-f', '{{(index .Mounts 0).Name}}', container)).trim();
  t.true(existsSync(`${VOLUMES}/${name}`));
  await refuse(
    t,
    ['run', '-v', `${name}:/x`, '--rootfs', busyboxRoot(), 'true'],
    `failed to use volume "${name}": it has no name of its own, and is removed with container "${await idOf(t, container)}"\n`,
    125,
  );
  await succeed(t, 'rm', '-f', container);
  t.false(existsSync(`${VOLUMES}/${name}`));
  t.is(await succeed(t, 'volume', 'ls', '-qf', `name=${name}`), '');
});

const idOf = async (t: ExecutionContext, container: string) =>
  (await succeed(t, 'inspect', '-f', '{{.Id}}', container)).trim();

test('a record that cannot be believed is named, and does not keep others from being listed', async (t) => {
  const [good, bad] = [freshVolume(t), freshVolume(t)];
  await succeed(t, 'volume', 'create', good);
  await succeed(t, 'volume', 'create', bad);
  const path = `${VOLUMES}/${bad}/record.json`;
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20));
  const { exitCode, stdout, stderr } = await mini(['volume', 'ls', '-q']);
  t.is(exitCode, 1);
  t.true(stdout.split('\n').includes(good) && !stdout.split('\n').includes(bad));
  const sentence = `failed to read the volume's record "${path}": it is not valid JSON, or cut short\n`;
  t.is(stderr, sentence);
  await refuse(t, ['run', '--rm', '-v', `${bad}:/x`, '--rootfs', busyboxRoot(), 'true'], sentence, 125);
  t.is(await succeed(t, 'volume', 'rm', bad), `${bad}\n`);
});

test('a run that fails leaves no volume of its own behind', async (t) => {
  const name = freshName();
  await mini(['run', '--rm', '--rootfs', busyboxRoot(), 'true']);
  const before = takeSnapshot();
  const words = ['-v', `${name}:/data`, '-v', '/anon', '--rootfs', busyboxRoot()];
  t.is((await mini(['run', ...words, '/nope'])).exitCode, 127);
  t.is((await mini(['run', '-u', 'nobody-here', ...words, 'true'])).exitCode, 125);
  t.is((await mini(['run', '--mount', 'type=bind,src=/nope/nope,dst=/m', ...words, 'true'])).exitCode, 125);
  t.deepEqual(await differenceSince(before), NOTHING);
  t.is(await succeed(t, 'volume', 'ls', '-qf', `name=${name}`), '');
});
