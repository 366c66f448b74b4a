import { nameSpace, type SubCommands } from './name-space.js';
import { withCommon } from './options/plain-option.js';

export const OPTIONS = withCommon();

export const COMMANDS: SubCommands = {
  history: () => import('./history.js'),
  import: () => import('./import.js'),
  inspect: () => import('./image-inspect.js'),
  load: () => import('./load.js'),
  ls: () => import('./images.js'),
  list: () => import('./images.js'),
  prune: () => import('./image-prune.js'),
  rm: () => import('./rmi.js'),
  remove: () => import('./rmi.js'),
  save: () => import('./save.js'),
  unpack: () => import('./image-unpack.js'),
  tag: () => import('./tag.js'),
};

/** `mini image …`. */
export const runCommand = nameSpace('image', COMMANDS);
