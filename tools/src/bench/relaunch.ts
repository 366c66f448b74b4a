import { spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import { lacksHugePages, withHugePages } from '../huge-pages.js';

const MARK = 'MINI_BENCH_PLACE';

/**
 * crun on v1 wants a tree for huge pages and some machines have none mounted. Runs this program again in a mount
 * namespace of its own that has one, and returns its exit code; `undefined` where that is not needed, or done.
 */
export async function relaunchWithAllTrees(): Promise<number | undefined> {
  if (process.env[MARK] !== undefined || !lacksHugePages()) return undefined;
  const [file, ...words] = withHugePages([process.execPath, ...process.argv.slice(1)]);
  const child = spawnProgram(file, words, {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: 'private' },
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
