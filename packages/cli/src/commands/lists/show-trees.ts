import { openEngine } from '../../engine/engine.js';
import type { ListedContainer } from '../../engine/life/filter-containers.js';
import { buildProcessTrees, drawTree, type TreeStyle } from '../../engine/life/process-tree.js';
import { listProcesses } from '../../engine/life/processes.js';

/** For each container that runs, its name and short id, then its processes as `pstree -p` draws them. */
export function showTrees(
  listed: readonly ListedContainer[],
  env: Readonly<Record<string, string | undefined>>,
): string {
  const engine = openEngine();
  const style = chooseStyle(env);
  return listed
    .filter(({ container: { state } }) => state.status === 'running')
    .map(({ container }) => {
      const trees = buildProcessTrees(listProcesses(engine, container));
      const lines = trees.flatMap((tree) => drawTree(tree, style));
      return [`${container.name} ${container.id.slice(0, 12)}`, ...lines].map((line) => `${line}\n`).join('');
    })
    .join('');
}

/** As pstree does: lines are drawn with what the locale has. */
export function chooseStyle(env: Readonly<Record<string, string | undefined>>): TreeStyle {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) ? 'unicode' : 'ascii';
}
