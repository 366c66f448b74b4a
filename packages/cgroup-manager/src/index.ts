export { type CgroupAccounts, readAccounts } from './accounts/accounts.js';
export type { CpuAccounts } from './accounts/cpu.js';
export type { CpusetAccounts } from './accounts/cpuset.js';
export type { HugePageAccounts } from './accounts/huge-pages.js';
export type { IoAccount, IoAccounts } from './accounts/io.js';
export type { MemoryAccount, MemoryAccounts } from './accounts/memory.js';
export type { PidsAccounts } from './accounts/pids.js';
export { canCreate } from './can-create.js';
export { Cgroup, type LaunchDescriptors, type RemoveOptions, type WaitOptions } from './cgroup.js';
export { type CgroupFiles, kernelFiles } from './cgroup-files.js';
export { checkCgroupPath } from './cgroup-path.js';
export type { CgroupWrite } from './cgroup-write.js';
export { compileResources, listIgnoredResources } from './compile-resources.js';
export type { CurrentLimits, ResourceProblem, ValidationOptions } from './controllers/controller.js';
export { convertSharesToWeight } from './controllers/cpu.js';
export { convertBlockWeight } from './controllers/io.js';
export { type CreateCgroupOptions, createCgroup, openCgroup } from './create-cgroup.js';
export type { DeviceKernel } from './device-program/attach-device-rules.js';
export { compileDeviceProgram } from './device-program/compile-device-program.js';
export type { CgroupError, CgroupErrorCode } from './errors.js';
export type { GroupDirectory } from './group-directory.js';
export {
  type CgroupLayout,
  detectCgroupLayout,
  findHierarchy,
  findUnified,
  type Hierarchy,
  type LayoutSources,
  parseCgroupLayout,
} from './layout.js';
export { listCgroups } from './list-cgroups.js';
export { type Machine, parseNumberList, readMachine } from './machine.js';
export type { CgroupStats, CpuStats, IoStats, MemoryStats, PidsStats } from './stats.js';
export { assertResources, validateResources } from './validate-resources.js';
