import test, { type ExecutionContext } from 'ava';
import { MEDIA_TYPE } from '../../../src/document/media-types.js';
import { parseReference } from '../../../src/registry/reference/image-reference.js';
import { pullImage } from '../../../src/registry/transfer/pull-image.js';
import { type PushOptions, pushImage } from '../../../src/registry/transfer/push-image.js';
import { errors, type FakeRegistry, send } from '../fake-registry.js';
import { addImage, makeStore } from '../images.js';
import { emptyEnvironment, noise, QUICK, startRegistry } from '../scene.js';

/** A store with an image out of one registry, and another registry. */
async function scene(t: ExecutionContext) {
  const from = await startRegistry(t);
  const to = await startRegistry(t);
  const store = makeStore(t);
  const env = emptyEnvironment(t);
  const made = await addImage(from, 'app:v1', [noise(1000, 'a'), noise(1000, 'b')]);
  const { image } = await pullImage(store, parseReference(`${from.host}/app:v1`), { env, pace: QUICK });
  const push = (name: string, options: PushOptions = {}) =>
    pushImage(store, image, parseReference(`${to.host}/${name}`), { env, pace: QUICK, ...options });
  return { from, to, store, env, made, image, push };
}

const uploads = ({ log }: FakeRegistry) => log.filter((line) => line.startsWith('POST')).length;

test('an image arrives as it is, its manifest last', async (t) => {
  const { from, to, made, push } = await scene(t);
  const states: string[] = [];
  t.deepEqual(
    await push('team/app:v2', {
      onProgress: ({ state, bytes, size }) => bytes === size && states.push(state),
    }),
    made.manifest,
  );
  const { bytes } = from.manifests.get('app:v1')!;
  t.deepEqual(to.manifests.get('team/app:v2'), { type: MEDIA_TYPE.manifest, bytes });
  for (const [digest, blob] of from.blobs) t.deepEqual(to.blobs.get(digest), blob);
  t.is(to.log.at(-1), 'PUT /v2/team/app/manifests/v2');
  t.is(states.filter((state) => state === 'pushed').length, 2);
});

test('what is there is not sent', async (t) => {
  const { to, push } = await scene(t);
  await push('app:v1');
  const before = uploads(to);
  const states: string[] = [];
  await push('app:v2', { onProgress: ({ state }) => states.push(state) });
  t.is(uploads(to), before);
  t.is(states.filter((state) => state === 'exists').length, 2);
});

test('blobs of another repository of the registry are mounted from there', async (t) => {
  const { from, store, env, image } = await scene(t);
  from.faults.push((request, response) => {
    if (request.method === 'HEAD') send(response, 404, errors('BLOB_UNKNOWN', 'not in this repository'));
    return request.method === 'HEAD';
  });
  const states: string[] = [];
  await pushImage(store, image, parseReference(`${from.host}/other:v1`), {
    env,
    pace: QUICK,
    onProgress: ({ state }) => states.push(state),
  });
  t.is(states.filter((state) => state === 'mounted').length, 2);
  t.true(
    from.log.some(
      (line) => line.startsWith('POST /v2/other/blobs/uploads/?mount=') && line.endsWith('&from=app'),
    ),
  );
});

test('an index is pushed with all images that it lists', async (t) => {
  const { from, to, store, env, made } = await scene(t);
  const arm = await addImage(from, 'app:arm', [noise(1000, 'arm')], { architecture: 'arm64' });
  await pullImage(store, parseReference(`${from.host}/app:arm`), { env, pace: QUICK });
  const manifests = [
    { ...made.manifest, platform: { os: 'linux', architecture: 'amd64' } },
    { ...arm.manifest, platform: { os: 'linux', architecture: 'arm64' } },
  ];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests }));
  const descriptor = { mediaType: MEDIA_TYPE.index, ...store.blobs.putBytes(bytes) };
  await pushImage(store, { descriptor }, parseReference(`${to.host}/app:multi`), { env, pace: QUICK });
  t.deepEqual(to.manifests.get('app:multi'), { type: MEDIA_TYPE.index, bytes });
  for (const { manifest } of [made, arm]) t.true(to.manifests.has(`app@${manifest.digest}`));
});

test('a blob that is missing is named, and no manifest is sent', async (t) => {
  const { to, store, env } = await scene(t);
  const digest = `sha256:${'0'.repeat(64)}`;
  const config = { mediaType: MEDIA_TYPE.config, digest, size: 2 };
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE.manifest, config, layers: [] }),
  );
  const descriptor = { mediaType: MEDIA_TYPE.manifest, ...store.blobs.putBytes(bytes) };
  await t.throwsAsync(
    pushImage(store, { descriptor }, parseReference(`${to.host}/app`), { env, pace: QUICK }),
    {
      code: 'blob-missing',
      message: `failed to push "${to.host}/app:latest": the store does not hold its blob "${digest}"`,
    },
  );
  t.is(to.manifests.size, 0);
});

test('a registry that refuses is quoted', async (t) => {
  const { to, push } = await scene(t);
  to.faults.push((request, response) => {
    if (request.method === 'PUT')
      send(response, 400, errors('MANIFEST_INVALID', 'manifest\u001b[31m invalid'));
    return request.method === 'PUT';
  });
  await t.throwsAsync(push('app:v1'), {
    code: 'registry-failed',
    message: `failed to push "${to.host}/app:v1": "${to.host}" refuses: manifest\\x1b[31m invalid`,
  });
});

test('who may not push is told how to log in', async (t) => {
  const { to, push } = await scene(t);
  to.auth = { kind: 'bearer', username: 'ann', password: 'x' };
  const error = await t.throwsAsync(push('app:v1'), {
    code: 'denied',
    message: `failed to push "${to.host}/app:v1": access denied, the repository does not exist or needs a login`,
  });
  t.like(error, { context: { hint: `log in with: mini login ${to.host}` } });
});
