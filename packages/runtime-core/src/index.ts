export { BARRIER } from './compile/barrier.js';
export { becomeRoot, type EntryContext } from './compile/compile-entry.js';
export { MEMORY_POLICY_FLAGS, MEMORY_POLICY_MODES } from './compile/compile-memory-policy.js';
export { compilePlan, type PlanContext } from './compile/compile-plan.js';
export { type ProcessContext, passedFd, type SeccompFilter } from './compile/compile-process.js';
export { describeStep } from './compile/describe-step.js';
export { cloneFlags, hasNewNamespace, ownNamespaceFlags } from './compile/namespaces.js';
export { assignPassedFds, type PassedFds, type PassedRequest } from './compile/passed-fds.js';
export { compileExecPlan, type ExecContext } from './exec/compile-exec-plan.js';
export { execIn, execProcessIn } from './exec/exec-in.js';
export type {
  ExecOptions,
  ExecProcessOptions,
  ExecTerminal,
  RunInOptions,
  RunInResult,
  RunPipes,
  RunProcessOptions,
  RunProcessResult,
} from './exec/exec-options.js';
export { type ExecTarget, type OpenedTarget, openTarget } from './exec/exec-target.js';
export { runIn, runProcessIn } from './exec/run-in.js';
export { addonPath, loadAddon } from './kernel/addon.js';
export { NativeKernel, nativeKernel, signalName } from './kernel/native-kernel.js';
export { buildSpawnSpec, type Caller, OCI_VERSION } from './spawn/build-spec.js';
export { ContainerProcess, signalNumber } from './spawn/container-process.js';
export { capabilitiesFor, DEFAULT_CAPABILITIES } from './spawn/default-capabilities.js';
export { spawn } from './spawn/spawn.js';
export type { SpawnOptions, SpawnResult, StdioOption } from './spawn/spawn-options.js';
export { type AttachRequest, attachMonitored } from './start/attach-monitored.js';
export { cloneBind } from './start/clone-bind.js';
export { compileIdMaps, needsPrograms, writeIdMaps } from './start/id-maps.js';
export { decodeWaitStatus, type MonitorChannel, type MonitoredExit } from './start/monitor-channel.js';
export type {
  AgainRequest,
  HealthRequest,
  KeepRequest,
  MonitoredRequest,
} from './start/monitored-request.js';
export { startCreated } from './start/start-created.js';
export { type StartErrorCode, startError } from './start/start-error.js';
export { type MonitoredProcess, startMonitored } from './start/start-monitored.js';
export {
  type LaunchCgroup,
  NO_CGROUP,
  type StartedProcess,
  type StartRequest,
  startProcess,
} from './start/start-process.js';
export { type Pump, type PumpEnd, startPump } from './start/start-pump.js';
export { makeUserNamespace } from './start/user-namespace.js';
