export { createVolume, type VolumeRequest } from './create-volume.js';
export type { VolumeFilter } from './filter-volumes.js';
export { inspectVolume, type VolumeInspection } from './inspect-volume.js';
export { findVolume, listVolumes, type VolumeSelection } from './list-volumes.js';
export { type PruneVolumesRequest, type PruneVolumesResult, pruneVolumes } from './prune-volumes.js';
export { removeVolume } from './remove-volume.js';
export type { Volume } from './volume-store.js';
