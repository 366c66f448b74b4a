export { findCacheDirectory, toolsRoot, workspaceRoot } from './workspace.js';
