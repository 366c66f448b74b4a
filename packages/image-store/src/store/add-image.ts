import type { Descriptor } from '../document/descriptor.js';
import { ImageProblem } from '../document/image-problem.js';
import type { AddLayerOptions } from '../layer/layer-store.js';
import { changeIndex } from './image-index.js';
import type { ImageStore } from './image-store.js';
import { type ImageDocuments, readImageDocuments } from './read-image.js';
import { listImages, type StoredImage, toEntries } from './stored-image.js';

/** An image whose blobs are in the store. */
export interface NewImage {
  readonly descriptor: Descriptor;
  /** In full; whichever image has one of them loses it. */
  readonly names: readonly string[];
  readonly repoDigests?: readonly string[];
}

export interface AddImageOptions extends AddLayerOptions {
  /** Called when a layer is unpacked, or was there. */
  readonly onLayer?: (diffId: string, index: number) => void;
}

/**
 * Makes blobs an image: verifies its documents, unpacks its layers and lists it. The caller holds a lease since before the
 * first blob came. Rejects with `ImageProblem`, `RuntimeError`; the store then lists what it did before.
 */
export async function addImage(
  store: ImageStore,
  { descriptor, names, repoDigests = [] }: NewImage,
  options: AddImageOptions = {},
): Promise<StoredImage> {
  const documents = readImageDocuments(store.directories, descriptor);
  const sizeBytes = await unpackLayers(store, documents, options);
  const created = Date.parse(documents.config.created ?? '');
  const about = {
    id: documents.manifest.config.digest,
    sizeBytes,
    createdMs: Number.isNaN(created) ? undefined : created,
  };
  return changeIndex(store.kernel, store.directories, (entries) => {
    const images = listImages(entries);
    const known = images.find((image) => isSame(store, image, descriptor, about.id));
    const image: StoredImage = {
      descriptor: known?.descriptor ?? descriptor,
      names: [...new Set([...(known?.names ?? []), ...names])],
      repoDigests: [...new Set([...(known?.repoDigests ?? []), ...repoDigests])],
      about,
    };
    const others = images.filter((each) => each !== known).map((each) => withoutNames(each, names));
    return { entries: [image, ...others].flatMap(toEntries), result: image };
  });
}

/** One config makes one image, however its layers are packed: it stays as it came first, if it is whole. */
function isSame(store: ImageStore, image: StoredImage, descriptor: Descriptor, id: string): boolean {
  if (image.descriptor.digest === descriptor.digest) return true;
  if (image.about?.id !== id) return false;
  try {
    const { manifest } = readImageDocuments(store.directories, image.descriptor);
    return manifest.layers.every(({ digest }) => store.blobs.has(digest));
  } catch {
    return false;
  }
}

/** Returns the bytes of all files. Throws `ImageProblem` for a layer that is not there. */
export async function unpackLayers(
  store: ImageStore,
  { manifest, config }: ImageDocuments,
  { onLayer, ...options }: AddImageOptions = {},
): Promise<number> {
  let sizeBytes = 0;
  for (const [index, layer] of manifest.layers.entries()) {
    const diffId = config.diffIds[index]!;
    if (!store.layers.has(diffId) && !store.blobs.has(layer.digest))
      throw new ImageProblem(`the store does not hold its layer "${layer.digest}"`, 'blob-missing');
    sizeBytes += (
      await store.layers.add(diffId, () => store.blobs.read(layer.digest), {
        ...options,
        blob: layer,
      })
    ).bytes;
    onLayer?.(diffId, index);
  }
  return sizeBytes;
}

function withoutNames(image: StoredImage, names: readonly string[]): StoredImage {
  return { ...image, names: image.names.filter((name) => !names.includes(name)) };
}
