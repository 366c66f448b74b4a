import { mkdirSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import {
  findPushEndpoint,
  findRegistryEndpoint,
  listPullEndpoints,
} from '../../../src/registry/config/endpoints.js';
import { readRegistriesConf } from '../../../src/registry/config/registries-conf.js';
import { parseReference, withDefaultTag } from '../../../src/registry/reference/image-reference.js';
import { emptyEnvironment } from '../scene.js';

const DIGEST = `sha256:${'0'.repeat(64)}`;

async function read(t: ExecutionContext, text: string, ...dropIns: string[]) {
  const env = emptyEnvironment(t);
  writeFileSync(`${env.home}/registries.conf`, text);
  const directory = `${env.home}/conf.d`;
  mkdirSync(directory);
  for (const [index, each] of dropIns.entries()) writeFileSync(`${directory}/${index}.conf`, each);
  writeFileSync(`${directory}/ignored`, 'no TOML');
  const variables = { ...env.variables, CONTAINERS_REGISTRIES_CONF_DIR: directory };
  return readRegistriesConf({ ...env, variables });
}

async function pullFrom(t: ExecutionContext, conf: string, name: string) {
  const reference = withDefaultTag(parseReference(name));
  return listPullEndpoints(reference, await read(t, conf)).map(
    ({ host, path, insecure }) => `${host} ${path}${insecure ? ' insecure' : ''}`,
  );
}

test('without a file images come from the registry they name', async (t) => {
  const conf = await readRegistriesConf(emptyEnvironment(t));
  t.deepEqual(conf, { registries: [], searched: [] });
  t.deepEqual(listPullEndpoints(parseReference('alpine'), conf), [
    { registry: 'docker.io', host: 'registry-1.docker.io', path: 'library/alpine', insecure: false },
  ]);
});

const MIRRORS = `
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "mirror:5000/hub"
insecure = true
[[registry.mirror]]
location = "digests:5000"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "tags:5000"
pull-from-mirror = "tag-only"
`;

test('mirrors come first, those that may', async (t) => {
  t.deepEqual(await pullFrom(t, MIRRORS, 'alpine'), [
    'mirror:5000 hub/library/alpine insecure',
    'tags:5000 library/alpine',
    'registry-1.docker.io library/alpine',
  ]);
  t.deepEqual(await pullFrom(t, MIRRORS, `alpine@${DIGEST}`), [
    'mirror:5000 hub/library/alpine insecure',
    'digests:5000 library/alpine',
    'registry-1.docker.io library/alpine',
  ]);
  const byDigest = MIRRORS.replace(
    'location = "docker.io"',
    'location = "docker.io"\nmirror-by-digest-only = true',
  );
  t.deepEqual(await pullFrom(t, byDigest, 'alpine'), [
    'tags:5000 library/alpine',
    'registry-1.docker.io library/alpine',
  ]);
});

test('a push goes to the registry itself', async (t) => {
  const conf = await read(t, MIRRORS);
  t.is(findPushEndpoint(parseReference('alpine'), conf).host, 'registry-1.docker.io');
  t.deepEqual(findRegistryEndpoint('docker.io', conf).host, 'registry-1.docker.io');
});

test('the longest prefix counts, at the borders of names', async (t) => {
  const conf = `
[[registry]]
location = "a.example"
insecure = true
[[registry]]
prefix = "a.example/team"
location = "b.example/other"
[[registry]]
prefix = "*.wild.example"
location = "c.example/all/"
`;
  t.deepEqual(await pullFrom(t, conf, 'a.example/app'), ['a.example app insecure']);
  t.deepEqual(await pullFrom(t, conf, 'a.example/team/app'), ['b.example other/app']);
  t.deepEqual(await pullFrom(t, conf, 'a.example/teams/app'), ['a.example teams/app insecure']);
  t.deepEqual(await pullFrom(t, conf, 'a.example:5000/app'), ['a.example:5000 app insecure']);
  t.deepEqual(await pullFrom(t, conf, 'x.wild.example/app'), ['c.example all/app']);
});

test('what is blocked is refused', async (t) => {
  const conf = await read(t, '[[registry]]\nlocation = "bad.example"\nblocked = true\n');
  const message = 'registries.conf blocks all that is called "bad.example"';
  t.throws(() => listPullEndpoints(parseReference('bad.example/app'), conf), { message });
  t.throws(() => findPushEndpoint(parseReference('bad.example/app'), conf), { message });
});

test('a later file overrides an earlier one', async (t) => {
  const first =
    'unqualified-search-registries = ["a.example"]\n[[registry]]\nlocation = "x.example"\ninsecure = true\n';
  const conf = await read(
    t,
    first,
    'unqualified-search-registries = ["b.example"]\n',
    '[[registry]]\nlocation = "x.example"\n',
  );
  t.deepEqual(conf.searched, ['b.example']);
  t.deepEqual(
    conf.registries.map(({ insecure }) => insecure),
    [false],
  );
});

const BAD: readonly [text: string, reason: RegExp][] = [
  ['x = ', /it is no TOML: /],
  ['[registries.search]\nregistries = []', /its format is version 1, which is no longer supported$/],
  ['registry = 1', /"registry" is no array of tables$/],
  ['unqualified-search-registries = [1]', /"unqualified-search-registries" is no array of texts$/],
  ['[[registry]]\ninsecure = true', /"registry\[0\]" has neither prefix nor location$/],
  ['[[registry]]\nprefix = "a.example"', /"registry\[0\]" has no location$/],
  ['[[registry]]\nlocation = 5', /"registry\[0\].location" is no text$/],
  ['[[registry]]\nlocation = "a"\nblocked = "yes"', /"registry\[0\].blocked" is neither true nor false$/],
  ['[[registry]]\nlocation = "a"\nmirror = 1', /"registry\[0\].mirror" is no array of tables$/],
  [
    '[[registry]]\nlocation = "a"\n[[registry.mirror]]\ninsecure = true',
    /"registry\[0\].mirror\[0\]" has no location$/,
  ],
  [
    '[[registry]]\nlocation = "a"\n[[registry.mirror]]\nlocation = "b"\npull-from-mirror = "never"',
    /"registry\[0\].mirror\[0\].pull-from-mirror" is "never", not "all", "digest-only" or "tag-only"$/,
  ],
];

test('a file that breaks the format is named', async (t) => {
  for (const [text, reason] of BAD) {
    const error = await t.throwsAsync(read(t, text), { code: 'bad-registry-config' }, text);
    t.regex(error.message, /^failed to read ".*\/registries\.conf": /);
    t.regex(error.message, reason);
  }
});
