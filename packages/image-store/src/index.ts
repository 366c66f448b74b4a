export type { ImageStoreErrorCode } from './errors.js';
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
