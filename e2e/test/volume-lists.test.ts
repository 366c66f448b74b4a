import test, { type ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { busyboxRoot } from '../support/roots.js';
import { freshVolume, VOLUMES } from '../support/volumes.js';

/** Runs a script of busybox with these flags; it must succeed and say nothing on stderr. */
const script = (t: ExecutionContext, flags: readonly string[], text: string) =>
  succeed(t, 'run', '--rm', ...flags, '--rootfs', `${busyboxRoot()}:O`, 'sh', '-c', text);

const idOf = async (t: ExecutionContext, container: string) =>
  (await succeed(t, 'inspect', '-f', '{{.Id}}', container)).trim();

test('ps, inspect and the filters know volumes by name', async (t) => {
  const [name, container] = [freshVolume(t), freshName()];
  t.teardown(() => mini(['rm', '-fv', container]));
  const flags = ['-v', `${name}:/data:ro`, '-v', '/anon', '-v', `${busyboxRoot()}:/root2`];
  await succeed(t, 'create', '--name', container, ...flags, '--rootfs', busyboxRoot(), 'true');
  const ps = (...words: string[]) => succeed(t, 'ps', '-a', '-f', `name=${container}`, ...words);
  t.is(await ps('-f', `volume=${name}`, '--format', '{{.Names}} {{.LocalVolumes}}'), `${container} 2\n`);
  t.is(await ps('-f', 'volume=/data', '-q', '--no-trunc'), `${await idOf(t, container)}\n`);
  t.is(await ps('-f', 'volume=nope', '-q'), '');
  const mounts = (await ps('--no-trunc', '--format', '{{.Mounts}}')).trim().split(',');
  t.true(mounts.includes(name) && mounts.includes(busyboxRoot()), mounts.join());
  const [inspection] = JSON.parse(await succeed(t, 'inspect', container));
  t.deepEqual(inspection.HostConfig.Binds.sort(), [`${busyboxRoot()}:/root2`, `${name}:/data:ro`].sort());
  t.deepEqual(inspection.Config.Volumes, { '/anon': {} });
  t.deepEqual(
    inspection.Mounts.find(({ Name }: { Name?: string }) => Name === name),
    {
      Type: 'volume',
      Name: name,
      Source: `${VOLUMES}/${name}/_data`,
      Destination: '/data',
      Driver: 'local',
      Mode: 'ro',
      RW: false,
      Propagation: '',
    },
  );
});

test('events tell what happens to volumes', async (t) => {
  const [name, container] = [freshVolume(t), freshName()];
  const since = new Date().toISOString();
  await succeed(t, 'volume', 'create', name);
  await succeed(t, 'run', '--name', container, '-v', `${name}:/data`, '--rootfs', busyboxRoot(), 'true');
  const id = await idOf(t, container);
  await succeed(t, 'rm', container);
  await succeed(t, 'volume', 'rm', name);
  const show = (...flags: string[]) =>
    succeed(
      t,
      'events',
      '--stream=false',
      '--since',
      since,
      '-f',
      'type=volume',
      '-f',
      `volume=${name}`,
      ...flags,
    );
  t.is(
    (await show()).replaceAll(/^\S+ /gm, ''),
    `volume create ${name} (driver=local)\n` +
      `volume mount ${name} (container=${id}, destination=/data, driver=local, propagation=, read/write=true)\n` +
      `volume unmount ${name} (container=${id}, driver=local)\n` +
      `volume destroy ${name} (driver=local)\n`,
  );
  const [line = ''] = (await show('--format', 'json', '-f', 'event=create')).split('\n');
  t.like(JSON.parse(line), {
    Type: 'volume',
    Action: 'create',
    Actor: { ID: name, Attributes: { driver: 'local' } },
  });
});

test('the disk usage of volumes, each and all', async (t) => {
  const name = freshVolume(t);
  await script(t, ['-v', `${name}:/data`], 'dd if=/dev/zero of=/data/file bs=1000 count=5 2> /dev/null');
  const all = await succeed(t, 'system', 'df', '--format', '{{.Type}} {{.TotalCount}} {{.Active}} {{.Size}}');
  t.regex(all, /^Local Volumes [1-9]\d* \d+ \S+$/m);
  t.regex(
    await succeed(t, 'system', 'df', '-v'),
    new RegExp(`\nLocal Volumes space usage:\n\nVOLUME NAME +LINKS +SIZE\n(.*\n)*${name} +0 +5kB\n`),
  );
});

test('what is pruned is asked about, in the words of docker', async (t) => {
  const name = freshVolume(t);
  await succeed(t, 'volume', 'create', '-l', `only=${name}`, name);
  const ask = async (...words: string[]) => (await mini(words, { input: 'n\n' })).stderr;
  const question = '\nAre you sure you want to continue? [y/N] ';
  t.is(
    await ask('volume', 'prune'),
    `WARNING! This will remove anonymous local volumes not used by at least one container.${question}`,
  );
  t.is(
    await ask('volume', 'prune', '-a'),
    `WARNING! This will remove all local volumes not used by at least one container.${question}`,
  );
  t.regex(
    await ask('system', 'prune', '--volumes'),
    /^ {2}- all anonymous volumes not used by at least one container$/m,
  );
  t.is(
    await succeed(t, 'volume', 'prune', '-f', '--filter', `label=only=${name}`),
    'Total reclaimed space: 0B\n',
  );
  t.is(
    await succeed(t, 'volume', 'prune', '-f', '--all', '--filter', `label=only=${name}`),
    `Deleted Volumes:\n${name}\n\nTotal reclaimed space: 0B\n`,
  );
  const { exitCode, stderr } = await mini(['system', 'prune', '-f', '--volumes', '--filter', 'until=1h']);
  t.is(exitCode, 1);
  t.is(stderr, 'failed to parse --filter "until": it excludes --volumes\n');
});
