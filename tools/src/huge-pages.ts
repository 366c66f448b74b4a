import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolsRoot } from './workspace.js';

/** Lines of /proc/cgroups are `hugetlb  HIERARCHY  GROUPS  ENABLED`. On v2 nobody asks for a tree of its own. */
export function lacksHugePages(): boolean {
  const mountinfo = readFileSync('/proc/self/mountinfo', 'utf8');
  const isV1 = / - cgroup /.test(mountinfo);
  const isMounted = / - cgroup \S+ (\S+,)?hugetlb(,|$)/m.test(mountinfo);
  return isV1 && !isMounted && /^hugetlb\t\d+\t\d+\t1$/m.test(readFileSync('/proc/cgroups', 'utf8'));
}

/**
 * The words of a command that cannot do without a tree of control groups for huge pages on v1: crun, and containerd,
 * which counts nothing while the kernel has a tree that is mounted nowhere (for another's crun, say). Where none is
 * mounted the command runs in a mount namespace of its own that has one.
 */
export function withHugePages(words: readonly string[]): [file: string, ...words: string[]] {
  const [file = '', ...rest] = words;
  if (!lacksHugePages()) return [file, ...rest];
  const script = join(toolsRoot, 'bench/with-huge-pages.sh');
  return ['unshare', '--mount', '--propagation', 'private', 'sh', script, ...words];
}
