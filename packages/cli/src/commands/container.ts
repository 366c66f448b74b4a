import { nameSpace, type SubCommands } from './name-space.js';
import { withCommon } from './options/plain-option.js';

export const OPTIONS = withCommon();

export const COMMANDS: SubCommands = {
  commit: () => import('./commit.js'),
  cp: () => import('./cp.js'),
  create: () => import('./create.js'),
  diff: () => import('./diff.js'),
  exec: () => import('./exec.js'),
  export: () => import('./export.js'),
  inspect: () => import('./container-inspect.js'),
  kill: () => import('./kill.js'),
  logs: () => import('./logs.js'),
  ls: () => import('./ps.js'),
  list: () => import('./ps.js'),
  ps: () => import('./ps.js'),
  pause: () => import('./pause.js'),
  prune: () => import('./container-prune.js'),
  rename: () => import('./rename.js'),
  restart: () => import('./restart.js'),
  rm: () => import('./rm.js'),
  remove: () => import('./rm.js'),
  run: () => import('./run.js'),
  start: () => import('./start.js'),
  stats: () => import('./stats.js'),
  stop: () => import('./stop.js'),
  top: () => import('./top.js'),
  unpause: () => import('./unpause.js'),
  update: () => import('./update.js'),
  wait: () => import('./wait.js'),
};

/** `mini container …`. */
export const runCommand = nameSpace('container', COMMANDS);
