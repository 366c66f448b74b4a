/**
 * What running an image that is there needs, and nothing of what pulling and unpacking do: `@mini/image-store/read`.
 */
export type {
  ContainerConfig,
  HistoryEntry,
  ImageConfig,
  ImageHealthcheck,
} from './document/image-config.js';
export { ImageProblem } from './document/image-problem.js';
export { formatPlatform, isRunnable, parsePlatform } from './registry/reference/platform.js';
export { type FoundImage, findImage } from './store/find-image.js';
export { readIndexFile } from './store/image-index.js';
export { type ImageDocuments, listLayerTrees, readImageDocuments } from './store/read-image.js';
export { listStoreDirectories, type StoreDirectories } from './store/store-directories.js';
export {
  familiarForm,
  type ImageAbout,
  listImages,
  normalizeName,
  type StoredImage,
} from './store/stored-image.js';
