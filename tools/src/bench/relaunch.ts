import { spawn as spawnProgram } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsRoot } from '../workspace.js';

const MARK = 'MINI_BENCH_PLACE';

/**
 * crun on v1 wants a tree for huge pages and some machines have none mounted. Runs this program again in a mount
 * namespace of its own that has one, and returns its exit code; `undefined` where that is not needed, or done.
 */
export async function relaunchWithAllTrees(): Promise<number | undefined> {
  if (process.env[MARK] !== undefined || !lacksHugePages()) return undefined;
  const script = join(toolsRoot, 'bench/with-huge-pages.sh');
  const child = spawnProgram(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', script, process.execPath, ...process.argv.slice(1)],
    { stdio: 'inherit', env: { ...process.env, [MARK]: 'private' } },
  );
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** `hugetlb  HIERARCHY  GROUPS  ENABLED` of /proc/cgroups: hierarchy 0 is none on v1, and the unified one on v2. */
function lacksHugePages(): boolean {
  const isV1 = /^\d+ .* - cgroup /m.test(readFileSync('/proc/self/mountinfo', 'utf8'));
  return isV1 && /^hugetlb\t0\t\d+\t1$/m.test(readFileSync('/proc/cgroups', 'utf8'));
}
