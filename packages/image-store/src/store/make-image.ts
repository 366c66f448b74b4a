import { putManifest } from '../archive/docker-archive.js';
import type { Descriptor } from '../document/descriptor.js';
import type { Json } from '../document/json-fields.js';
import { compressionOf, MEDIA_TYPE } from '../document/media-types.js';
import { Counter, Digester } from '../layer/byte-taps.js';
import { decompress, detectCompression, withoutXz } from '../layer/decompress.js';
import { DEFAULT_LIMITS, limitBytes } from '../layer/layer-limits.js';
import type { AddImageOptions } from './add-image.js';
import type { ImageStore } from './image-store.js';
import type { StoredImage } from './stored-image.js';

/** A layer whose blob is in the store. */
export interface NewLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

/** What an image is made of. */
export interface ImageParts {
  /** The whole document but for `rootfs`, as it is to be written. */
  readonly config: Json;
  /** The lowest first. */
  readonly layers: readonly NewLayer[];
  /** In full. */
  readonly names: readonly string[];
}

/**
 * Stores a tar archive, compressed or not, as the blob of a layer; one that xz has compressed as it is without, for layers have no such
 * form. The caller holds a lease. Throws `RuntimeError` `bad-archive`, `too-large`.
 */
export async function putLayer(store: ImageStore, source: AsyncIterable<Uint8Array>): Promise<NewLayer> {
  const counter = new Counter(source);
  const bytesOfLayer = limitBytes(withoutXz(counter), DEFAULT_LIMITS, () => counter.bytes);
  const writer = store.blobs.beginNewBlob();
  let blob: Pick<Descriptor, 'digest' | 'size'>;
  let beginning: Uint8Array | undefined;
  try {
    for await (const bytes of bytesOfLayer) {
      beginning ??= bytes;
      writer.write(bytes);
    }
    blob = await writer.commitLarge();
  } catch (error) {
    writer.discard();
    throw error;
  }
  const compression = detectCompression(beginning ?? new Uint8Array());
  const mediaType = LAYER_TYPES.find((type) => compressionOf(type) === compression)!;
  if (compression === 'none') return { descriptor: { mediaType, ...blob }, diffId: blob.digest };
  const digester = new Digester(decompress(store.blobs.read(blob.digest)), blob.size);
  try {
    for await (const _ of digester);
    return { descriptor: { mediaType, ...blob }, diffId: await digester.digest() };
  } finally {
    await digester.close();
  }
}

const LAYER_TYPES = [MEDIA_TYPE.layer, MEDIA_TYPE.layerGzip, MEDIA_TYPE.layerZstd];

/** Makes an image of parts whose blobs are in the store. `object` as in `ImageStore.add`. The caller holds a lease. */
export async function makeImage(
  store: ImageStore,
  { config, layers, names }: ImageParts,
  object: string,
  options: AddImageOptions = {},
): Promise<StoredImage> {
  const rootfs = { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) };
  const bytes = Buffer.from(JSON.stringify({ ...config, rootfs }));
  const described = { mediaType: MEDIA_TYPE.config, ...store.blobs.putBytes(bytes) };
  const descriptor = putManifest(
    store.blobs,
    described,
    layers.map((layer) => layer.descriptor),
  );
  return await store.add({ descriptor, names }, object, options);
}
