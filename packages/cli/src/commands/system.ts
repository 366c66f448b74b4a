import { nameSpace, type SubCommands } from './name-space.js';
import { withCommon } from './options/plain-option.js';

export const OPTIONS = withCommon();

export const COMMANDS: SubCommands = {
  df: () => import('./system-df.js'),
  events: () => import('./events.js'),
  info: () => import('./info.js'),
  prune: () => import('./system-prune.js'),
  unit: () => import('./system-unit.js'),
};

/** `mini system …`. */
export const runCommand = nameSpace('system', COMMANDS);
