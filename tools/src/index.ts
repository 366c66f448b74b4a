export { withHugePages } from './huge-pages.js';
export { detectMachineKind, nameMachineKind } from './machine-kind.js';
export { appUser, makeBusyboxRoot } from './roots/busybox-root.js';
export { copyDebianRoot, debianRoot, findDebianRootPath } from './roots/debian-root.js';
export { findCacheDirectory, toolsRoot, workspaceRoot } from './workspace.js';
