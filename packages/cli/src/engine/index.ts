export { type AttachOptions, attachContainer } from './attach-container.js';
export type { ClientEnd } from './client.js';
export type { ContainerExit, ContainerState } from './container-state.js';
export { type Container, findContainer, listContainers } from './containers.js';
export { createContainer } from './create-container.js';
export {
  killContainer,
  type RemoveRequest,
  removeContainer,
  type StopRequest,
  stopContainer,
  waitContainer,
} from './end-container.js';
export { type Engine, openEngine } from './engine.js';
export { type ExecRequest, type ExecResult, execInContainer } from './exec-container.js';
export { explain } from './explain.js';
export { type EnginePaths, enginePaths } from './paths.js';
export { restartContainer } from './restart-container.js';
export { type DetachedContainer, run, runDetached, startDetached } from './run.js';
export type {
  DeviceRequest,
  HealthCheck,
  MountIdMap,
  MountRequest,
  RestartPolicy,
  RootRequest,
  RunOptions,
  RunRequest,
  VolumeSettings,
} from './run-options.js';
export type { RunResult, RunStreams } from './run-result.js';
export { startAttached } from './start-attached.js';
