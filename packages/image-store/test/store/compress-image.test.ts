import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { MEDIA_TYPE } from '../../src/document/media-types.js';
import { compressImage, makeImage, putLayer } from '../../src/index.js';
import { makeStore, makeTar } from '../registry/images.js';
import { noise } from '../registry/scene.js';

async function* give(bytes: Uint8Array) {
  yield bytes;
}

test('plain layers are compressed, and the image stays the one that it was', async (t) => {
  const store = makeStore(t);
  const tar = await makeTar('file', noise(300_000));
  const layers = [await putLayer(store, give(tar))];
  const config = { architecture: 'amd64', os: 'linux', config: {} };
  const made = await makeImage(store, { config, layers, names: ['docker.io/library/app:v1'] }, 'make');
  const compressed = await compressImage(store, made);
  t.deepEqual(store.list(), [compressed]);
  t.deepEqual({ ...compressed, descriptor: made.descriptor }, made);
  const { manifest, config: read } = await store.read(compressed, 'app');
  t.is(manifest.config.digest, made.about!.id);
  t.deepEqual(read.diffIds, [layers[0]!.diffId]);
  const layer = manifest.layers[0]!;
  t.is(layer.mediaType, MEDIA_TYPE.layerGzip);
  const packed = store.blobs.readDocument(layer.digest, 1 << 20);
  t.is(packed.length, layer.size);
  t.deepEqual(gunzipSync(packed), tar);
  // Nothing is left to be done, and the plain blob is nobody's.
  t.is(await compressImage(store, compressed), compressed);
  store.collect();
  t.false(store.blobs.has(layers[0]!.descriptor.digest));
  t.true(store.blobs.has(layer.digest));
});

test('a compression that is broken off leaves the image as it was', async (t) => {
  const store = makeStore(t);
  const layers = [await putLayer(store, give(await makeTar('file', noise(3_000_000))))];
  const config = { architecture: 'amd64', os: 'linux', config: {} };
  const made = await makeImage(store, { config, layers, names: [] }, 'make');
  const controller = new AbortController();
  const compressing = compressImage(store, made, controller.signal);
  setImmediate(() => controller.abort(new Error('enough')));
  await t.throwsAsync(compressing);
  t.deepEqual(store.list(), [made]);
});
