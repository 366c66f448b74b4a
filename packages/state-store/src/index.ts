export { type ReplaceOptions, replaceFile, syncDirectory } from './atomic-file.js';
export type { StateError, StateErrorCode } from './errors.js';
export { appendLine, type LineLog, openLineLog } from './line-log.js';
export { LineLogReader } from './line-log-reader.js';
export { type LockKernel, type LockOptions, lockFile, type RecordLock, tryLockFile } from './locks.js';
export { checkId, checkName, makeId } from './names.js';
export {
  isAlive,
  type ProcessIdentity,
  readBootId,
  readOwnIdentity,
  readProcessStartTime,
} from './process-identity.js';
export type { Beginning, ReadKernel } from './read-each.js';
export type { StoredRecord, Validate } from './record-file.js';
export type { StoredSummary } from './record-summary.js';
export { removeTree } from './remove-tree.js';
export type { Reservation } from './reservation.js';
export type { ReserveOptions } from './reserve.js';
export { openStateStore, type RecordList, StateStore, type StateStoreOptions } from './state-store.js';
export type { DeadEntry, SweepCallback, SweepResult } from './sweep.js';
