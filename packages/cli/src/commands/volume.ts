import { nameSpace, type SubCommands } from './name-space.js';
import { withCommon } from './options/plain-option.js';

export const OPTIONS = withCommon();

export const COMMANDS: SubCommands = {
  create: () => import('./volume-create.js'),
  fill: () => import('./volume-fill.js'),
  inspect: () => import('./volume-inspect.js'),
  ls: () => import('./volume-ls.js'),
  list: () => import('./volume-ls.js'),
  prune: () => import('./volume-prune.js'),
  rm: () => import('./volume-rm.js'),
  remove: () => import('./volume-rm.js'),
};

/** `mini volume …`. */
export const runCommand = nameSpace('volume', COMMANDS);
