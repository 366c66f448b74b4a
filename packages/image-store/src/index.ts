export { type LoadedImage, type LoadOptions, loadImages } from './archive/load-images.js';
export { type ArchiveFormat, type ImageToSave, saveImages } from './archive/save-images.js';
export {
  applyChange,
  type ConfigDocument,
  changeConfig,
  mergeVariables,
} from './document/config-document.js';
export type { Descriptor, Platform } from './document/descriptor.js';
export { hexOf, isDigest } from './document/digest.js';
export type {
  ContainerConfig,
  HistoryEntry,
  ImageConfig,
  ImageHealthcheck,
} from './document/image-config.js';
export { explainingProblems, ImageProblem } from './document/image-problem.js';
export {
  type ImageIndex,
  type ImageManifest,
  type ManifestDocument,
  readManifestDocument,
} from './document/manifest.js';
export {
  type Compression,
  compressionOf,
  isConfigType,
  isIndexType,
  isManifestType,
  MEDIA_TYPE,
} from './document/media-types.js';
export type { ImageStoreErrorCode } from './errors.js';
export { decompress } from './layer/decompress.js';
export { DEFAULT_LIMITS, type LayerLimits } from './layer/layer-limits.js';
export { type LayerAbout, type LayerOwners, LayerStore } from './layer/layer-store.js';
export {
  familiarName,
  familiarReference,
  formatReference,
  type ImageReference,
  parseReference,
  withDefaultTag,
} from './registry/reference/image-reference.js';
export {
  formatPlatform,
  hostPlatform,
  isRunnable,
  parsePlatform,
  selectPlatform,
} from './registry/reference/platform.js';
export type { RegistryErrorCode } from './registry/registry-error.js';
export type { AddImageOptions, NewImage } from './store/add-image.js';
export { BlobStore } from './store/blob-store.js';
export { BlobWriter, type ExpectedBlob } from './store/blob-writer.js';
export type { Garbage } from './store/collect-garbage.js';
export { compressImage } from './store/compress-image.js';
export type { FoundImage } from './store/find-image.js';
export { ImageStore, type ImageStoreOptions, type Lease, openImageStore } from './store/image-store.js';
export { type ImageParts, makeImage, type NewLayer, putLayer } from './store/make-image.js';
export type { ImageDocuments } from './store/read-image.js';
export { familiarForm, type ImageAbout, normalizeName, type StoredImage } from './store/stored-image.js';
export { decodeName, encodeName } from './tar/byte-name.js';
export { readTar } from './tar/read-tar.js';
export {
  expandContent,
  NO_CONTENT,
  placeContent,
  type SparseRegion,
  type TarEntry,
  type TarEntryType,
  type TarMember,
} from './tar/tar-entry.js';
export { writeTar } from './tar/write-tar.js';
export { packLayer } from './tree/pack-layer.js';
export { type PackOptions, type PackTop, packTree } from './tree/pack-tree.js';
export { HOLD, HOLD_DIRECTORY } from './tree/place.js';
export { type Unpacked, type UnpackOptions, unpackTree } from './tree/unpack-tree.js';
export type { FileRights } from './tree/write-file.js';
