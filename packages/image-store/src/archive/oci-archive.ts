import type { Descriptor } from '../document/descriptor.js';
import { ImageProblem } from '../document/image-problem.js';
import { MOST_DOCUMENT_BYTES, parseObject } from '../document/json-fields.js';
import { type ManifestDocument, readManifestDocument } from '../document/manifest.js';
import { hostPlatform, selectPlatform } from '../registry/reference/platform.js';
import type { NewImage } from '../store/add-image.js';
import type { ImageStore } from '../store/image-store.js';
import { nameOf } from '../store/stored-image.js';
import type { ArchiveFiles } from './archive-files.js';

/** The images of an OCI image layout, whose blobs are in the store. Of several platforms, those for this machine. */
export function listLayoutImages(store: ImageStore, files: ArchiveFiles): NewImage[] {
  if (files.find('oci-layout') === undefined)
    throw new ImageProblem('it has an "index.json" but no "oci-layout"');
  const layout = parseObject(read(store, files.get('oci-layout').digest), '"oci-layout"');
  if (layout.imageLayoutVersion !== '1.0.0')
    throw new ImageProblem(
      `the version ${JSON.stringify(layout.imageLayoutVersion)} of its layout is not "1.0.0"`,
    );
  const index = readManifestDocument(read(store, files.get('index.json').digest));
  if (index.kind !== 'index') throw new ImageProblem('its "index.json" is no index');
  if (index.manifests.length === 0) throw new ImageProblem('it has no images');
  return listImages(store, index.manifests);
}

/** Entries without names that are for several platforms are one image's; all else is an image each. */
function listImages(store: ImageStore, entries: readonly Descriptor[]): NewImage[] {
  const isOneImage =
    entries.length > 1 && entries.every((entry) => nameOf(entry) === undefined && entry.platform);
  const chosen = isOneImage ? [selectPlatform(entries, hostPlatform())] : entries;
  return chosen.map((entry) => {
    const name = nameOf(entry);
    return { descriptor: chooseManifest(store, entry), names: name === undefined ? [] : [name] };
  });
}

function chooseManifest(store: ImageStore, { annotations: _, ...entry }: Descriptor): Descriptor {
  const document = readEntry(store, entry);
  if (document.kind === 'manifest') return entry;
  const { annotations, ...chosen } = selectPlatform(document.manifests, hostPlatform());
  return chosen;
}

function readEntry(store: ImageStore, { digest, mediaType }: Descriptor): ManifestDocument {
  if (!store.blobs.has(digest))
    throw new ImageProblem(`it does not hold its blob "${digest}"`, 'blob-missing');
  return readManifestDocument(read(store, digest), mediaType);
}

function read(store: ImageStore, digest: string): Buffer {
  return store.blobs.readDocument(digest, MOST_DOCUMENT_BYTES);
}
