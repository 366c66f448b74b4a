import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Descriptor, Platform } from '../document/descriptor.js';
import { hexOf } from '../document/digest.js';
import { type ImageConfig, readImageConfig } from '../document/image-config.js';
import { ImageProblem } from '../document/image-problem.js';
import { MOST_DOCUMENT_BYTES } from '../document/json-fields.js';
import { type ImageManifest, readManifestDocument } from '../document/manifest.js';
import { isIndexType } from '../document/media-types.js';
import { layerPaths } from '../layer/layer-paths.js';
import { hostPlatform, selectPlatform } from '../registry/reference/platform.js';
import type { StoreDirectories } from './store-directories.js';

/** The documents of an image. */
export interface ImageDocuments {
  /** Of the manifest; where the store holds an index, of the one for the platform. */
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

/** Reads manifest and config of an image; of an index those for the platform. Throws `ImageProblem`, `RegistryTrouble` `no-such-platform`. */
export function readImageDocuments(
  directories: StoreDirectories,
  descriptor: Descriptor,
  platform: Platform = hostPlatform(),
): ImageDocuments {
  const document = readManifestDocument(readDocument(directories, descriptor), descriptor.mediaType);
  if (document.kind === 'index') {
    const chosen = selectPlatform(document.manifests, platform);
    // An index of indexes would be a way round.
    if (isIndexType(chosen.mediaType)) throw new ImageProblem('its index lists another index');
    return readImageDocuments(directories, chosen);
  }
  const config = readImageConfig(readDocument(directories, document.config));
  const [layers, diffIds] = [document.layers.length, config.diffIds.length];
  if (layers !== diffIds)
    throw new ImageProblem(`its manifest lists ${layers} layers, but its config ${diffIds} diff ids`);
  return { descriptor, manifest: document, config };
}

/** The bytes were verified when they came. */
function readDocument({ blobs }: StoreDirectories, { digest, size }: Descriptor): Buffer {
  const path = `${blobs}/${hexOf(digest)}`;
  const there = statSync(path, { throwIfNoEntry: false })?.size;
  if (there === undefined)
    throw new ImageProblem(`the store does not hold its blob "${digest}"`, 'blob-missing');
  if (there !== size)
    throw new ImageProblem(`its blob "${digest}" has ${there} bytes instead of ${size}`, 'blob-mismatch');
  if (size > MOST_DOCUMENT_BYTES)
    throw new ImageProblem(`its document "${digest}" has more than ${MOST_DOCUMENT_BYTES} bytes`);
  return readFileSync(path);
}

/**
 * The unpacked layers of an image as an overlay takes them, the topmost first: without those that are hidden by an opaque
 * one. `missing` are those that are not unpacked.
 */
export function listLayerTrees(
  { layers }: StoreDirectories,
  { diffIds }: ImageConfig,
): { readonly trees: readonly string[]; readonly missing: readonly string[] } {
  const trees: string[] = [];
  const missing: string[] = [];
  for (const diffId of [...diffIds].reverse()) {
    const { tree, opaque } = layerPaths(layers, hexOf(diffId));
    if (!existsSync(tree)) missing.push(diffId);
    trees.push(tree);
    if (existsSync(opaque)) break;
  }
  return { trees, missing };
}
