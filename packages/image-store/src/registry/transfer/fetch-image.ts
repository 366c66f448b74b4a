import type { Platform } from '../../document/descriptor.js';
import { isIndexType } from '../../document/media-types.js';
import type { ImageReference } from '../reference/image-reference.js';
import { hostPlatform, selectPlatform } from '../reference/platform.js';
import { RegistryTrouble } from '../registry-error.js';
import type { FetchedManifest } from './manifest-document.js';
import type { Repository } from './repository.js';

/** The manifests of an image for one platform. */
export interface FetchedImage {
  /** Of what the name means, which may be an index of several platforms. */
  readonly digest: string;
  readonly manifest: FetchedManifest & { readonly document: { readonly kind: 'manifest' } };
}

/** Fetches the manifest under a name, through the index if there is one. Throws `RegistryTrouble`, `ImageProblem`. */
export async function fetchImage(
  repository: Repository,
  { tag, digest }: ImageReference,
  platform: Platform = hostPlatform(),
): Promise<FetchedImage> {
  const top = await repository.fetchManifest(digest ?? tag!);
  if (isImage(top)) return { digest: top.descriptor.digest, manifest: top };
  const chosen = selectPlatform(top.document.kind === 'index' ? top.document.manifests : [], platform);
  if (isIndexType(chosen.mediaType)) throw bad('its index lists another index');
  const found = await repository.fetchManifest(chosen.digest);
  if (found.descriptor.size !== chosen.size) {
    throw bad(`its manifest "${chosen.digest}" has ${found.descriptor.size} bytes instead of ${chosen.size}`);
  }
  if (!isImage(found)) throw bad('its index lists another index');
  return { digest: top.descriptor.digest, manifest: found };
}

function isImage(manifest: FetchedManifest): manifest is FetchedImage['manifest'] {
  return manifest.document.kind === 'manifest';
}

function bad(reason: string): RegistryTrouble {
  return new RegistryTrouble('bad-answer', reason);
}
