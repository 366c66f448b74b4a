import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { MEDIA_TYPE } from '../../../src/document/media-types.js';
import { parseReference } from '../../../src/registry/reference/image-reference.js';
import { pullImage } from '../../../src/registry/transfer/pull-image.js';
import { type FakeRegistry, send } from '../fake-registry.js';
import { addImage, type ImageChanges, makeStore } from '../images.js';
import { emptyEnvironment, noise, QUICK, startRegistry } from '../scene.js';

const CONTENTS = [noise(20_000, 'a'), noise(15_000, 'b')];

async function scene(t: ExecutionContext) {
  const registry = await startRegistry(t);
  const store = makeStore(t);
  const env = emptyEnvironment(t);
  const pull = () => pullImage(store, parseReference(`${registry.host}/app:v1`), { env, pace: QUICK });
  return { registry, store, pull };
}

const wrongDigest = (bytes: Buffer) =>
  Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]);
type Spoil = (registry: FakeRegistry, image: Awaited<ReturnType<typeof addImage>>) => void;

const REFUSED: readonly [what: string, reason: RegExp, change: ImageChanges, spoil?: Spoil][] = [
  [
    'a layer with another digest',
    /failed to store blob "sha256:\w+": its digest is "sha256:\w+"$/,
    {},
    ({ blobs }, { layers: [layer] }) => blobs.set(layer!.digest, wrongDigest(blobs.get(layer!.digest)!)),
  ],
  [
    'a config with another digest',
    /failed to store blob "sha256:\w+": its digest is "sha256:\w+"$/,
    {},
    ({ blobs }, { config }) => blobs.set(config.digest, wrongDigest(blobs.get(config.digest)!)),
  ],
  [
    'a layer with another size',
    /: blob "sha256:\w+" has 5 bytes instead of \d+$/,
    {},
    ({ blobs }, { layers: [layer] }) => blobs.set(layer!.digest, Buffer.from('short')),
  ],
  [
    'a layer that is missing',
    /: "127.0.0.1:\d+" does not have it: blob unknown to registry$/,
    {},
    ({ blobs }, { layers: [layer] }) => blobs.delete(layer!.digest),
  ],
  [
    'a layer with another diff id',
    /the layer "sha256:0{64}" is another one: its diff id is "sha256:\w+"$/,
    {
      config: (plain) => {
        const { diff_ids } = plain.rootfs as { diff_ids: string[] };
        return { ...plain, rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`, diff_ids[1]] } };
      },
    },
  ],
  [
    'fewer diff ids than layers',
    /: its manifest lists 2 layers, but its config 0 diff ids$/,
    { config: (plain) => ({ ...plain, rootfs: { type: 'layers', diff_ids: [] } }) },
  ],
  [
    'a document that is both',
    /is both a manifest and an index$/,
    { manifest: (plain) => ({ ...plain, manifests: [] }) },
  ],
  [
    'an unknown layer',
    /layers\[0\] has the unknown media type "x\/y"$/,
    { manifest: (plain) => ({ ...plain, layers: [{ ...(plain.layers as object[])[0], mediaType: 'x/y' }] }) },
  ],
  [
    'an artifact',
    /it is no image of a container: its config is "application\/vnd.wasm"$/,
    {
      manifest: (plain) => ({
        ...plain,
        config: { ...(plain.config as object), mediaType: 'application/vnd.wasm' },
      }),
    },
  ],
  [
    'a digest outside its grammar',
    /layers\[0\].digest "sha256:..\/..\/x" is no sha256 digest$/,
    {
      manifest: (plain) => ({
        ...plain,
        layers: [{ ...(plain.layers as object[])[0], digest: 'sha256:../../x' }],
      }),
    },
  ],
  [
    'an old schema',
    /schemaVersion "1" of the manifest is not 2$/,
    { manifest: (plain) => ({ ...plain, schemaVersion: 1 }) },
  ],
  [
    'a type that is none of an image',
    /the media type "application\/vnd.docker.distribution.manifest.v1\+prettyjws" is none of an image$/,
    {
      type: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
      manifest: ({ mediaType: _, ...plain }) => plain,
    },
  ],
  [
    'a type that its header does not have',
    /the manifest says that it is "application\/vnd.docker.distribution.manifest.v2\+json", but came as "application\/vnd.oci.image.manifest.v1\+json"$/,
    { manifest: (plain) => ({ ...plain, mediaType: MEDIA_TYPE.dockerManifest }) },
  ],
  ['what is no JSON', /the manifest is no JSON$/, { manifest: () => Buffer.from('<html>') }],
  [
    'an endless manifest',
    /its manifest has more than 4194304 bytes$/,
    { manifest: () => Buffer.alloc(5 << 20, ' ') },
  ],
  [
    'a manifest that is not the one of the header',
    /its manifest has the digest "sha256:\w+" instead of "sha256:1{64}"$/,
    {},
    ({ faults }) =>
      faults.push((request, response) => {
        if (!request.url!.includes('/manifests/')) return false;
        response.setHeader('docker-content-digest', `sha256:${'1'.repeat(64)}`);
        send(response, 200, '{}');
        return true;
      }),
  ],
];

for (const [what, reason, change, spoil] of REFUSED) {
  test(`${what} is refused, and nothing is listed`, async (t) => {
    const { registry, store, pull } = await scene(t);
    const image = await addImage(registry, 'app:v1', CONTENTS, change);
    spoil?.(registry, image);
    const { message } = await t.throwsAsync(pull());
    t.true(message.startsWith(`failed to pull "${registry.host}/app:v1": `), message);
    t.regex(message, reason);
    t.false(message.includes('\n'));
    t.deepEqual(store.list(), []);
    t.deepEqual(readdirSync(store.directories.ingest), []);
    t.false(store.layers.has(image.diffIds[0]!) && what.includes('layer with'));
  });
}
