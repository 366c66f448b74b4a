import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../document/descriptor.js';
import { asArray, asObject, type Json, MOST_DOCUMENT_BYTES, parseObject } from '../document/json-fields.js';
import { readManifestDocument } from '../document/manifest.js';
import { MEDIA_TYPE } from '../document/media-types.js';
import type { ImageStore } from './image-store.js';
import type { StoredImage } from './stored-image.js';

const CHUNK_BYTES = 1 << 18;
/** Layers that lie here as they came out of an archive. */
const COMPRESSED: Readonly<Record<string, string>> = {
  [MEDIA_TYPE.layer]: MEDIA_TYPE.layerGzip,
  [MEDIA_TYPE.dockerLayer]: MEDIA_TYPE.dockerLayerGzip,
};

/**
 * Has the layers of an image compressed by gzip, as registries hold them: an image that was loaded, committed or imported has
 * plain ones. It stays the same image by its id and names, under another manifest; its plain blobs go with the next `collect`,
 * unless others have them. Returns the image as it is listed now. Throws `RuntimeError`, `ImageProblem`.
 */
export async function compressImage(
  store: ImageStore,
  image: StoredImage,
  signal?: AbortSignal,
): Promise<StoredImage> {
  const lease = await store.lease(signal);
  try {
    const bytes = store.blobs.readDocument(image.descriptor.digest, MOST_DOCUMENT_BYTES);
    const document = readManifestDocument(bytes, image.descriptor.mediaType);
    if (document.kind === 'index' || !document.layers.some(isPlain)) return image;
    const layers: Descriptor[] = [];
    for (const layer of document.layers) layers.push(await compressLayer(store, layer, signal));
    const manifest = Buffer.from(JSON.stringify(replaceLayers(parseObject(bytes, 'its manifest'), layers)));
    const descriptor = { ...image.descriptor, ...store.blobs.putBytes(manifest) };
    store.replaceManifest(image, descriptor);
    return { ...image, descriptor };
  } finally {
    lease.release();
  }
}

function isPlain({ mediaType }: Descriptor): boolean {
  return Object.hasOwn(COMPRESSED, mediaType);
}

async function compressLayer(
  { blobs }: ImageStore,
  layer: Descriptor,
  signal: AbortSignal | undefined,
): Promise<Descriptor> {
  if (!isPlain(layer)) return layer;
  const writer = blobs.beginNewBlob();
  try {
    const write = async (chunks: AsyncIterable<Uint8Array>) => {
      for await (const chunk of chunks) writer.write(chunk);
    };
    const options = signal === undefined ? {} : { signal };
    await pipeline(blobs.read(layer.digest), createGzip({ chunkSize: CHUNK_BYTES }), write, options);
    return { ...layer, mediaType: COMPRESSED[layer.mediaType]!, ...(await writer.commitLarge()) };
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** All else of the manifest stays as it was written. */
function replaceLayers(manifest: Json, layers: readonly Descriptor[]): Json {
  const old = asArray(manifest.layers, 'layers').map((each, index) => asObject(each, `layers[${index}]`));
  return { ...manifest, layers: old.map((each, index) => ({ ...each, ...layers[index] })) };
}
