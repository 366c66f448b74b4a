import type { Descriptor } from '../document/descriptor.js';
import { ImageProblem } from '../document/image-problem.js';
import type { ImageManifest } from '../document/manifest.js';
import { compressionOf, MEDIA_TYPE } from '../document/media-types.js';
import { decompress } from '../layer/decompress.js';
import type { ImageStore } from '../store/image-store.js';
import { type StoredImage, toEntries } from '../store/stored-image.js';
import type { TarMember } from '../tar/tar-entry.js';
import { writeTar } from '../tar/write-tar.js';

export type ArchiveFormat = 'docker-archive' | 'oci-archive';

/** An image to be saved, with the names that the archive is to have of it, in full. */
export interface ImageToSave {
  readonly image: StoredImage;
  readonly names: readonly string[];
  /** What it is called in messages. */
  readonly label: string;
}

/**
 * The images as a tar archive: one that docker, podman and skopeo load. Nothing happens before the first bytes are asked
 * for; the images stay until the end, whatever others remove. Rejects with `RuntimeError` that names the image.
 */
export async function* saveImages(
  store: ImageStore,
  images: readonly ImageToSave[],
  format: ArchiveFormat,
): AsyncGenerator<Uint8Array, void, undefined> {
  const lease = await store.lease();
  try {
    const packed = new Packing(store);
    yield* writeTar(
      format === 'docker-archive' ? packed.dockerMembers(images) : packed.layoutMembers(images),
    );
  } finally {
    lease.release();
  }
}

/** Images share files, which an archive has once. */
class Packing {
  readonly #packed = new Set<string>();

  constructor(readonly store: ImageStore) {}

  async *dockerMembers(images: readonly ImageToSave[]): AsyncGenerator<TarMember> {
    const list: object[] = [];
    for (const { image, names, label } of images) {
      const { manifest, config } = await this.store.read(image, label);
      const configPath = `${hex(manifest.config.digest)}.json`;
      yield* this.#member(configPath, manifest.config.size, this.store.blobs.read(manifest.config.digest));
      const paths = config.diffIds.map((diffId) => `${hex(diffId)}.tar`);
      for (const [index, layer] of manifest.layers.entries()) {
        const diffId = config.diffIds[index]!;
        this.#assertThere(layer, label);
        yield* this.#member(
          paths[index]!,
          this.#plainSize(layer, diffId),
          decompress(this.store.blobs.read(layer.digest)),
        );
      }
      // In full: podman takes a short one for an image made here.
      list.push({ Config: configPath, RepoTags: names, Layers: paths });
    }
    const bytes = Buffer.from(JSON.stringify(list));
    yield* this.#member('manifest.json', bytes.length, [bytes]);
  }

  async *layoutMembers(images: readonly ImageToSave[]): AsyncGenerator<TarMember> {
    const entries: Descriptor[] = [];
    for (const { image, names, label } of images) {
      const { descriptor, manifest } = await this.store.read(image, label);
      for (const blob of [descriptor, ...listBlobs(manifest)]) {
        this.#assertThere(blob, label);
        yield* this.#member(
          `blobs/sha256/${hex(blob.digest)}`,
          blob.size,
          this.store.blobs.read(blob.digest),
        );
      }
      entries.push(...toEntries({ descriptor, names, repoDigests: [] }));
    }
    const index = { schemaVersion: 2, mediaType: MEDIA_TYPE.index, manifests: entries };
    for (const [path, value] of [
      ['index.json', index],
      ['oci-layout', { imageLayoutVersion: '1.0.0' }],
    ] as const) {
      const bytes = Buffer.from(JSON.stringify(value));
      yield* this.#member(path, bytes.length, [bytes]);
    }
  }

  *#member(path: string, sizeBytes: number, content: TarMember['content']): Generator<TarMember> {
    if (this.#packed.has(path)) return;
    this.#packed.add(path);
    // No time of its own, so that the same images make the same archive.
    yield { entry: { path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n, sizeBytes }, content };
  }

  /** A header with the size goes before the bytes. */
  #plainSize(layer: Descriptor, diffId: string): number {
    return compressionOf(layer.mediaType) === 'none' ? layer.size : this.store.layers.about(diffId).tarBytes;
  }

  #assertThere({ digest }: Descriptor, label: string): void {
    if (this.store.blobs.has(digest)) return;
    throw new ImageProblem(`the store does not hold blob "${digest}" of "${label}"`, 'blob-missing');
  }
}

function listBlobs({ config, layers }: ImageManifest): Descriptor[] {
  return [config, ...layers];
}

function hex(digest: string): string {
  return digest.slice('sha256:'.length);
}
