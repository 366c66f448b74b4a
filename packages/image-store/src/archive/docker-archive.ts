import { closeSync, readSync } from 'node:fs';
import type { Descriptor } from '../document/descriptor.js';
import { readImageConfig } from '../document/image-config.js';
import { ImageProblem } from '../document/image-problem.js';
import { asArray, asObject, asText, MOST_DOCUMENT_BYTES, optionalTexts } from '../document/json-fields.js';
import { MEDIA_TYPE } from '../document/media-types.js';
import { quoteText } from '../errors.js';
import { detectCompression } from '../layer/decompress.js';
import type { NewImage } from '../store/add-image.js';
import type { BlobStore } from '../store/blob-store.js';
import type { ImageStore } from '../store/image-store.js';
import { normalizeName } from '../store/stored-image.js';
import type { ArchiveFile, ArchiveFiles } from './archive-files.js';

/**
 * The images of an archive of `docker save`, whose files are in the store; manifests are made for them. Source: the
 * `manifest.json` of docker's image specification 1.2.
 */
export function listDockerImages(store: ImageStore, files: ArchiveFiles): NewImage[] {
  const bytes = store.blobs.readDocument(files.get('manifest.json').digest, MOST_DOCUMENT_BYTES);
  const images = asArray(parseArray(bytes), '"manifest.json"');
  if (images.length === 0) throw new ImageProblem('it has no images');
  return images.map((image, index) => readImage(store, files, image, `"manifest.json"[${index}]`));
}

function parseArray(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ImageProblem('"manifest.json" is no JSON');
  }
}

function readImage({ blobs }: ImageStore, files: ArchiveFiles, value: unknown, what: string): NewImage {
  const json = asObject(value, what);
  const config = files.get(asText(json.Config, `${what}.Config`));
  // A broken one is to be told as that, before layers are looked at.
  const { diffIds } = readImageConfig(blobs.readDocument(config.digest, MOST_DOCUMENT_BYTES));
  const paths = optionalTexts(json.Layers, `${what}.Layers`) ?? [];
  if (paths.length !== diffIds.length)
    throw new ImageProblem(`${what} lists ${paths.length} layers, but its config ${diffIds.length} diff ids`);
  const layers = paths.map((path) => describeLayer(blobs, files.get(path)));
  const names = (optionalTexts(json.RepoTags, `${what}.RepoTags`) ?? []).map((text) => asName(text, what));
  return { descriptor: putManifest(blobs, { mediaType: MEDIA_TYPE.config, ...config }, layers), names };
}

function asName(text: string, what: string): string {
  const name = normalizeName(text);
  if (name !== undefined) return name;
  throw new ImageProblem(`${what}.RepoTags: ${quoteText(text)} is no name of an image`);
}

/** By its first bytes: the archive says nothing of compression. */
function describeLayer(blobs: BlobStore, file: ArchiveFile): Descriptor {
  const fd = blobs.open(file.digest);
  try {
    const beginning = Buffer.alloc(6);
    readSync(fd, beginning);
    const compression = detectCompression(beginning);
    if (compression === 'xz') throw new ImageProblem('it has a layer that xz has compressed');
    return { mediaType: LAYER_TYPE[compression], ...file };
  } finally {
    closeSync(fd);
  }
}

const LAYER_TYPE = {
  none: MEDIA_TYPE.layer,
  gzip: MEDIA_TYPE.layerGzip,
  zstd: MEDIA_TYPE.layerZstd,
} as const;

/** Makes a manifest of the OCI format and stores it. */
export function putManifest(blobs: BlobStore, config: Descriptor, layers: readonly Descriptor[]): Descriptor {
  const manifest = { schemaVersion: 2, mediaType: MEDIA_TYPE.manifest, config, layers };
  return { mediaType: MEDIA_TYPE.manifest, ...blobs.putBytes(Buffer.from(JSON.stringify(manifest))) };
}
