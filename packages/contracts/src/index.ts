export { type AddonLoader, loadAddon, loadAddonsWith } from './addons.js';
export {
  describeErrno,
  type ErrorContext,
  errnoName,
  errnoOf,
  isRuntimeError,
  RuntimeError,
  type RuntimeErrorOptions,
  reasonOf,
} from './errors.js';
export { decodeFileRecords, FileBatch } from './file-batch.js';
export { findHelper } from './find-helper.js';
export type {
  ExitStatus,
  FileBeginnings,
  FilePath,
  FileRecord,
  FinishedFile,
  FsOption,
  Kernel,
  LaunchedProcess,
  ReceivedMessage,
  SocketType,
} from './kernel.js';
export { loadChildProcess } from './late-builtins.js';
export {
  CAPABILITIES,
  type CapabilityName,
  CLONE,
  capabilityMask,
  MOUNT_ATTR,
  MS,
  makeDeviceNumber,
  RLIMIT,
  type RlimitName,
  S_IF,
} from './linux.js';
export {
  decodeHealthLooks,
  decodeMonitorStatus,
  encodeMonitorRecord,
  type HealthLook,
} from './monitor-codec.js';
export { MONITOR_STEP_TABLE, type MonitorStep } from './monitor-step-table.js';
export {
  HEALTH_STATES,
  type HealthRecord,
  type HealthState,
  LOG_FRAME_WORDS,
  MONITOR_FORMAT,
  type MonitorRecord,
  type MonitorStatus,
  RESTART_POLICY,
  type RestartPolicyKind,
  STATUS_FORMAT,
} from './monitor-wire.js';
export type * from './oci/types.js';
export {
  decodePlan,
  encodePlan,
  listRecords,
  type MonitorPlan,
  PLAN_FORMAT,
  type Plan,
  RECORD_FLAG,
} from './plan.js';
export { generatePlanHeader } from './plan-header.js';
export { sleepSync } from './sleep-sync.js';
export type { FieldType, StepDefinition, StepOptions } from './step-definition.js';
export { HELPER_FD, STEP_TABLE, type Step, type StepName, TARGET_KIND } from './step-table.js';
export {
  type ControlMessage,
  FILE_RECORD_WORDS,
  type LaunchRecord,
  MAX_JOIN_FDS,
  MAX_PASS_FDS,
  MESSAGE_KIND,
  type MessageKind,
  STAGES,
  type Stage,
} from './wire.js';
export { decodeControlMessage, encodeControlMessage, encodeLaunchRecord } from './wire-codec.js';
