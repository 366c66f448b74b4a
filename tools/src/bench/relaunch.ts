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

/** Lines of /proc/cgroups are `hugetlb  HIERARCHY  GROUPS  ENABLED`. On v2 nobody asks for a tree of its own. */
function lacksHugePages(): boolean {
  const mountinfo = readFileSync('/proc/self/mountinfo', 'utf8');
  const isV1 = / - cgroup /.test(mountinfo);
  const isMounted = / - cgroup \S+ (\S+,)?hugetlb(,|$)/m.test(mountinfo);
  return isV1 && !isMounted && /^hugetlb\t\d+\t\d+\t1$/m.test(readFileSync('/proc/cgroups', 'utf8'));
}
