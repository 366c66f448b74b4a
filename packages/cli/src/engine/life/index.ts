// Apart from ../index.ts, so that `mini run` loads nothing of it.

export { type CopyOptions, type CopyResult, copyFromContainer, copyToContainer } from '../copy/copy.js';
export { exportContainer } from '../copy/export.js';
export type { Change } from '../diff/compare-layer.js';
export { diffContainer } from '../diff/diff.js';
export type { EngineEvent, EventSubject } from '../events/event-line.js';
export { type EventsRequest, events } from '../events/events.js';
export { EVENT_FILTERS } from '../events/filter-events.js';
export type { LogPart, VisitPart } from '../logs/log-scanner.js';
export { type LogChunk, type LogsRequest, logs, visitLogs } from '../logs/logs.js';
export { type ContainerStatus, readContainerStatus } from './container-status.js';
export { type ExecOptions, type ExecOutput, type ExecStream, exec, execStream } from './exec.js';
export {
  CONTAINER_FILTERS,
  type ContainerFilter,
  filterContainers,
  type ListedContainer,
} from './filter-containers.js';
export { readSystemInfo, type SystemInfo } from './info.js';
export { type ContainerInspection, inspectContainer } from './inspect.js';
export { type ContainerSelection, selectContainers } from './list-containers.js';
export type { ExecStreamOptions } from './open-exec.js';
export { pauseContainer, unpauseContainer } from './pause.js';
export { buildProcessTrees, drawTree, type ProcessNode, type TreeStyle } from './process-tree.js';
export { type ContainerProcess, listProcesses, type ProcessThread } from './processes.js';
export { type PruneRequest, type PruneResult, pruneContainers } from './prune.js';
export { renameContainer } from './rename.js';
export { type StatsRequest, stats } from './stats.js';
export type { ContainerStats, NetworkCounts } from './stats-sample.js';
export { listTop, type TopResult } from './top.js';
export { updateContainer } from './update.js';
