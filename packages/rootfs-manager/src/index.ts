export type { CgroupHierarchy, CgroupView } from './compile-cgroup-mount.js';
export { compileDevices, DEFAULT_DEVICES } from './compile-devices.js';
export { compileMounts, type MountContext } from './compile-mounts.js';
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
export { type MountOptions, parseMountOptions } from './mount-options.js';
export { type OpenedRoot, openRoot, type RootContext, type RootRequest } from './open-root.js';
export { removeOverlaySpace } from './overlay-space.js';
