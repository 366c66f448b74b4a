export { type GroupEntry, type PasswdEntry, parseGroup, parsePasswd } from './account-files.js';
export type { CgroupHierarchy, CgroupView } from './compile-cgroup-mount.js';
export { compileDevices, DEFAULT_DEVICES } from './compile-devices.js';
export { compileMounts, isBind, type MountContext } from './compile-mounts.js';
export { compileRootfs, type RootfsContext } from './compile-rootfs.js';
export { type DefaultMountOptions, defaultMounts } from './default-mounts.js';
export type { RootfsErrorCode } from './errors.js';
export {
  CPU_DIRECTORY,
  compileFinalMounts,
  compileMaskedPaths,
  compilePropagation,
  compileReadonlyPaths,
  DEFAULT_MASKED_PATHS,
  DEFAULT_READONLY_PATHS,
  listThrottlePaths,
} from './final-mounts.js';
export { describeHostRoot } from './host/describe-host-root.js';
export { assignLayers, type HiddenEntry, type HostLayer } from './host/hidden-entry.js';
export { selectSubmounts } from './host/select-submounts.js';
export { listMountOptions, type MountOptions, parseMountOptions } from './mount-options.js';
export { mountOverlay } from './mount-overlay.js';
export { type MountEntry, parseMountinfo } from './mountinfo.js';
export { type OpenedRoot, openRoot, type RootContext, type RootRequest } from './open-root.js';
export { overlayStep } from './overlay-step.js';
export { hasUsers, listPassedBinds, type PassedBind } from './passed-binds.js';
export { readFileInRoot } from './read-in-root.js';
export { readInterpreter } from './read-interpreter.js';
export { type Accounts, type ResolvedUser, resolveUser, resolveUserIn } from './resolve-user.js';
