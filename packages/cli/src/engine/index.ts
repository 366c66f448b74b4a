export { type Engine, openEngine } from './engine.js';
export { explain } from './explain.js';
export { type EnginePaths, enginePaths } from './paths.js';
export { run } from './run.js';
export type { DeviceRequest, MountRequest, RootRequest, RunOptions, RunRequest } from './run-options.js';
export type { RunResult, RunStreams } from './run-result.js';
