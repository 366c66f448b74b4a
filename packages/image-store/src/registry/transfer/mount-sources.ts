import { readManifestDocument } from '../../document/manifest.js';
import type { ImageStore } from '../../store/image-store.js';
import type { StoredImage } from '../../store/stored-image.js';
import { type ImageReference, parseReference } from '../reference/image-reference.js';
import { MOST_MANIFEST_BYTES } from './manifest-document.js';

/**
 * Which repository of a registry has which blob, as far as the store knows: of images that came from there or went there. A
 * registry can take a blob from such a repository without being sent it.
 */
export function findMountSources(store: ImageStore, { domain, path }: ImageReference): Map<string, string> {
  const sources = new Map<string, string>();
  for (const image of store.list()) {
    const repository = findRepository(image, domain, path);
    if (repository === undefined) continue;
    for (const digest of listBlobs(store.blobs, image)) sources.set(digest, repository);
  }
  return sources;
}

function findRepository({ repoDigests }: StoredImage, domain: string, path: string): string | undefined {
  const there = repoDigests
    .map(parseReference)
    .filter((each) => each.domain === domain && each.path !== path);
  return there[0]?.path;
}

function listBlobs(blobs: ImageStore['blobs'], { descriptor }: StoredImage): string[] {
  try {
    const bytes = blobs.readDocument(descriptor.digest, MOST_MANIFEST_BYTES);
    const document = readManifestDocument(bytes, descriptor.mediaType);
    return document.kind === 'index' ? [] : [...document.layers, document.config].map(({ digest }) => digest);
  } catch {
    // Without it all is sent.
    return [];
  }
}
