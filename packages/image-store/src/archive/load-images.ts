import { explainProblem, ImageProblem } from '../document/image-problem.js';
import type { AddImageOptions, NewImage } from '../store/add-image.js';
import type { ImageStore } from '../store/image-store.js';
import type { StoredImage } from '../store/stored-image.js';
import { ArchiveFiles } from './archive-files.js';
import { listDockerImages } from './docker-archive.js';
import { listLayoutImages } from './oci-archive.js';

export interface LoadOptions extends AddImageOptions {
  /** What the archive is called in messages. */
  readonly name: string;
}

/** An image that an archive brought. */
export interface LoadedImage {
  readonly image: StoredImage;
  /** In full, as the archive has them. */
  readonly names: readonly string[];
}

/**
 * Adds the images of an archive: a `docker save` one, or an OCI image layout in a tar, as podman, skopeo and buildah write
 * them too; compressed by gzip, zstd or xz or not at all. Rejects with one `RuntimeError` that names the archive; the store then
 * lists what it did before.
 */
export async function loadImages(
  store: ImageStore,
  source: AsyncIterable<Uint8Array>,
  { name, ...options }: LoadOptions,
): Promise<LoadedImage[]> {
  const object = `load ${JSON.stringify(name)}`;
  const lease = await store.lease(options.signal);
  try {
    const loaded: LoadedImage[] = [];
    for (const image of await readArchive(store, source, options.signal)) {
      loaded.push({ image: await store.add(image, object, options), names: image.names });
    }
    return loaded;
  } catch (error) {
    throw explainProblem(object, error);
  } finally {
    lease.release();
    // After a failure nothing is kept; after a success it is what was no image's.
    store.collect();
  }
}

async function readArchive(
  store: ImageStore,
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<NewImage[]> {
  const files = new ArchiveFiles(store.blobs);
  await files.read(source, signal);
  if (files.find('index.json') !== undefined) return listLayoutImages(store, files);
  if (files.find('manifest.json') !== undefined) return listDockerImages(store, files);
  throw new ImageProblem('it is no archive of images: it has neither "index.json" nor "manifest.json"');
}
