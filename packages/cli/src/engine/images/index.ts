export { type CommitOptions, commitContainer } from './commit-container.js';
export {
  type DiskUsage,
  type MeasuredVolume,
  measureDiskUsage,
  type UsedContainer,
  type UsedImage,
} from './disk-usage.js';
export { filterImages, type ImageFilter } from './filter-images.js';
export { type HistoryStep, imageHistory } from './image-history.js';
export { type ImportOptions, importImage } from './import-image.js';
export { type ImageInspection, inspectImage } from './inspect-image.js';
export { type ListedImage, listImages } from './list-images.js';
export { type LoadOptions, loadImages } from './load-images.js';
export { type PruneImagesRequest, type PruneImagesResult, pruneImages } from './prune-images.js';
export { type RemovalStep, type RemoveImageOptions, removeImage } from './remove-image.js';
export { saveImages } from './save-images.js';
export { tagImage } from './tag-image.js';
