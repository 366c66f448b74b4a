import { readdirSync, writeFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { MEDIA_TYPE } from '../../../src/document/media-types.js';
import { parseReference } from '../../../src/registry/reference/image-reference.js';
import { parsePlatform } from '../../../src/registry/reference/platform.js';
import { listTags } from '../../../src/registry/transfer/list-tags.js';
import { type PullOptions, pullImage } from '../../../src/registry/transfer/pull-image.js';
import { pullByName } from '../../../src/registry/transfer/search-image.js';
import type { ImageStore } from '../../../src/store/image-store.js';
import { digestOf, type FakeRegistry } from '../fake-registry.js';
import { addImage, makeStore } from '../images.js';
import { emptyEnvironment, noise, QUICK, startRegistry } from '../scene.js';

const CONTENTS = [noise(200_000, 'a'), noise(150_000, 'b')];
const AMD64 = parsePlatform('linux/amd64');

async function scene(t: ExecutionContext) {
  const registry = await startRegistry(t);
  const store = makeStore(t);
  const env = emptyEnvironment(t);
  const pull = (name: string, options: PullOptions = {}) =>
    pullImage(store, parseReference(`${registry.host}/${name}`), { env, pace: QUICK, ...options });
  return { registry, store, env, pull };
}

const drafts = ({ directories }: ImageStore) => readdirSync(directories.ingest);
const blobRequests = ({ log }: FakeRegistry) => log.filter((line) => line.includes('/blobs/')).length;

test('an image is fetched, unpacked and listed, once', async (t) => {
  const { registry, store, pull } = await scene(t);
  const { manifest, config, layers, diffIds } = await addImage(registry, 'app:v1', CONTENTS);
  const states = new Map<string, string[]>();
  const pulled = await pull('app:v1', {
    onProgress: ({ digest, state }) => {
      const seen = states.get(digest) ?? [];
      if (seen.at(-1) !== state) states.set(digest, [...seen, state]);
    },
  });
  t.is(pulled.name, `${registry.host}/app:v1`);
  t.is(pulled.digest, manifest.digest);
  t.true(pulled.isNew);
  t.deepEqual(store.list(), [pulled.image]);
  t.deepEqual(pulled.image.repoDigests, [`${registry.host}/app@${manifest.digest}`]);
  t.is(pulled.image.about?.id, config.digest);
  t.true(diffIds.every((diffId) => store.layers.has(diffId)));
  t.deepEqual(
    layers.map(({ digest }) => states.get(digest)),
    layers.map(() => ['waiting', 'downloading', 'downloaded', 'unpacking', 'pulled']),
  );
  t.is(blobRequests(registry), 3);
  t.false((await pull('app:v1')).isNew);
  t.is(blobRequests(registry), 3);
  t.deepEqual(drafts(store), []);
});

test('a layer that occurs twice is fetched once', async (t) => {
  const { registry, pull } = await scene(t);
  await addImage(registry, 'app:v1', [CONTENTS[0]!], {
    manifest: (plain) => ({ ...plain, layers: [...(plain.layers as []), ...(plain.layers as [])] }),
    config: (plain) => {
      const { diff_ids } = plain.rootfs as { diff_ids: string[] };
      return { ...plain, rootfs: { type: 'layers', diff_ids: [...diff_ids, ...diff_ids] } };
    },
  });
  await pull('app:v1');
  t.is(blobRequests(registry), 2);
});

test('an image can be meant by its digest, which needs no tag', async (t) => {
  const { registry, store, pull } = await scene(t);
  const { manifest } = await addImage(registry, 'app:v1', CONTENTS);
  const { image } = await pull(`app@${manifest.digest}`);
  t.deepEqual(image.names, []);
  t.is(store.find(`${registry.host}/app@${manifest.digest}`).image.descriptor.digest, manifest.digest);
});

async function addIndex(
  registry: FakeRegistry,
  change: (index: Record<string, unknown>) => unknown = (index) => index,
) {
  const images = {
    amd64: await addImage(registry, 'app:amd64', [noise(1000, 'amd64')]),
    arm64: await addImage(registry, 'app:arm64', [noise(1000, 'arm64')], { architecture: 'arm64' }),
  };
  const manifests = Object.entries(images).map(([architecture, { manifest }]) => ({
    ...manifest,
    platform: { os: 'linux', architecture },
  }));
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests };
  return { ...images, index: registry.addManifest('app', 'multi', MEDIA_TYPE.index, change(index)) };
}

test('of an index the image for the platform is taken', async (t) => {
  const { registry, pull } = await scene(t);
  const { amd64, arm64, index } = await addIndex(registry);
  const pulled = await pull('app:multi', { platform: AMD64 });
  t.is(pulled.digest, index.digest);
  t.is(pulled.image.descriptor.digest, amd64.manifest.digest);
  t.deepEqual(pulled.image.repoDigests, [`${registry.host}/app@${index.digest}`]);
  t.is(
    (await pull('app:multi', { platform: parsePlatform('arm64') })).image.descriptor.digest,
    arm64.manifest.digest,
  );
});

test('a platform that is missing names those there are', async (t) => {
  const { registry, store, pull } = await scene(t);
  await addIndex(registry);
  await t.throwsAsync(pull('app:multi', { platform: parsePlatform('linux/s390x') }), {
    code: 'no-such-platform',
    message: `failed to pull "${registry.host}/app:multi": the image is not there for the platform "linux/s390x": there are "linux/amd64", "linux/arm64"`,
  });
  await t.throwsAsync(pull('app:arm64', { platform: AMD64 }), {
    message: `failed to pull "${registry.host}/app:arm64": the image is for the platform "linux/arm64", not "linux/amd64"`,
  });
  t.deepEqual(store.list(), []);
});

test('tags are listed over several pages', async (t) => {
  const { registry, env } = await scene(t);
  for (const tag of ['a', 'b', 'c', 'd', 'e']) registry.addManifest('app', tag, 'x', {});
  t.deepEqual(await listTags(parseReference(`${registry.host}/app`), { env }), ['a', 'b', 'c', 'd', 'e']);
});

test('a mirror is asked first, and the registry when it fails', async (t) => {
  const { registry, env, pull } = await scene(t);
  const mirror = await startRegistry(t);
  await addImage(registry, 'app:v1', CONTENTS);
  await addImage(registry, 'app:v2', CONTENTS);
  await addImage(mirror, 'copy/app:v1', CONTENTS);
  const conf = `[[registry]]\nlocation = "${registry.host}"\n[[registry.mirror]]\nlocation = "${mirror.host}/copy"\n`;
  writeFileSync(env.variables.CONTAINERS_REGISTRIES_CONF!, conf);
  t.is((await pull('app:v1')).name, `${registry.host}/app:v1`);
  t.is(registry.seen.length, 0);
  await pull('app:v2');
  t.true(registry.log.includes('GET /v2/app/manifests/v2'));
});

test('a name without a registry is looked for where registries.conf says', async (t) => {
  const { registry, store, env } = await scene(t);
  const empty = await startRegistry(t);
  await addImage(registry, 'app:latest', CONTENTS);
  const conf = `unqualified-search-registries = ["${empty.host}", "${registry.host}"]\n`;
  writeFileSync(env.variables.CONTAINERS_REGISTRIES_CONF!, conf);
  const pulled = await pullByName(store, 'app', { env, pace: QUICK });
  t.is(pulled.name, `${registry.host}/app:latest`);
  t.true(empty.log.includes('GET /v2/app/manifests/latest'));
});

test('what an index says of an image is verified', async (t) => {
  const { registry, pull } = await scene(t);
  await addIndex(registry, (index) => ({
    ...index,
    manifests: (index.manifests as object[]).map((each) => ({ ...each, size: 5 })),
  }));
  await t.throwsAsync(pull('app:multi', { platform: AMD64 }), {
    message: /: its manifest "sha256:\w+" has \d+ bytes instead of 5$/,
  });
});

test('an image that is not there, and one that may not be read', async (t) => {
  const { registry, pull } = await scene(t);
  await t.throwsAsync(pull('app:v1'), {
    code: 'no-such-image',
    message: `failed to pull "${registry.host}/app:v1": "${registry.host}" does not have it: manifest unknown`,
  });
  registry.auth = { kind: 'basic', username: 'ann', password: 'x' };
  const error = await t.throwsAsync(pull('app:v1'), {
    code: 'denied',
    message: `failed to pull "${registry.host}/app:v1": access denied, the repository does not exist or needs a login: authentication required`,
  });
  t.like(error, { context: { hint: `log in with: mini login ${registry.host}` } });
});

test('an aborted pull keeps what came, and the next one goes on from there', async (t) => {
  const { registry, store, pull } = await scene(t);
  const { layers } = await addImage(registry, 'app:v1', [CONTENTS[0]!]);
  const [layer] = layers;
  const bytes = registry.blobs.get(layer!.digest)!;
  const controller = new AbortController();
  registry.faults.push((request, response) => {
    if (!request.url!.endsWith(layer!.digest) || request.headers.range !== undefined) return false;
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 100_000));
    return true;
  });
  const reason = new Error('interrupted');
  const ended = pull('app:v1', {
    signal: controller.signal,
    onProgress: ({ bytes: count }) => count >= 100_000 && controller.abort(reason),
  });
  t.is(await t.throwsAsync(ended), reason);
  t.deepEqual(store.list(), []);
  await pull('app:v1');
  t.deepEqual(
    registry.seen.flatMap(({ headers }) => headers.range ?? []),
    [`bytes=100000-${bytes.length - 1}`],
  );
  t.is(store.blobs.sizeOf(layer!.digest), bytes.length);
  t.is(digestOf(bytes), layer!.digest);
});
